"""Files' bytes in an object store that speaks S3: Amazon's own, or MinIO, Ceph, Garage and others.

The store is told the bytes' checksums, and afterwards asked for them; one that keeps none is made to read the bytes
back. Nothing is ever handed out by the store itself: whoever reads a file comes through our own door.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext as _

from upheld.channels.stores import CHUNK, Damaged, NotReached, NotStored

_IN_MEMORY = 8 * CHUNK
_ABSENT = {"404", "NoSuchKey", "NotFound"}
_UNSAID = {"403", "AccessDenied", "Forbidden"}
"""Also said of what is absent, to those who may not list the bucket."""
_making = threading.Lock()


@dataclass(frozen=True)
class ObjectStore:
    """A bucket, what stands before every key in it, and how it is reached. Without keys, boto3 looks for them where it
    always does: `AWS_ACCESS_KEY_ID` and the like, a profile, the machine's own role."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret_key: str = field(default="", repr=False)
    patience: float = 60.0
    attempts: int = 3

    def __str__(self) -> str:
        return "s3://" + "/".join(filter(None, [self.bucket, self.prefix]))

    def key(self, digest: bytes) -> str:
        """Under which name the bytes with this SHA-256 lie, or would."""
        return f"{self.prefix}/{digest.hex()}".lstrip("/")

    def put(self, content: bytes, digest: bytes) -> None:
        """Store for good, and look that it worked. Again is harmless, and mends what was damaged."""
        with self._troubles():
            if self._holds(digest, len(content)):
                return
            self._client.put_object(
                Bucket=self.bucket,
                Key=self.key(digest),
                Body=content,
                ContentType="application/octet-stream",
                ContentMD5=base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
                ChecksumSHA256=base64.b64encode(digest).decode(),
            )
            if not self._holds(digest, len(content)):
                raise Damaged

    def open(self, digest: bytes) -> IO[bytes]:
        """The bytes to read from, checked from the first to the last before the first is given out."""
        with self._troubles():
            return self._fetched(digest)

    @property
    def _client(self) -> Any:
        with _making:  # boto3 makes one at a time; what it made serves all threads
            if self not in _clients:
                _clients[self] = boto3.session.Session().client(
                    "s3",
                    endpoint_url=self.endpoint or None,
                    region_name=self.region or None,
                    aws_access_key_id=self.key_id or None,
                    aws_secret_access_key=self.secret_key or None,
                    config=Config(
                        connect_timeout=min(5.0, self.patience),
                        read_timeout=self.patience,
                        retries={"total_max_attempts": self.attempts, "mode": "standard"},
                        # What only Amazon understands is left out; we check every byte ourselves.
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                        s3={"addressing_style": "path" if self.endpoint else "auto"},
                    ),
                )
            return _clients[self]

    def _holds(self, digest: bytes, size: int) -> bool:
        """Whether these very bytes lie there already."""
        try:
            found = self._client.head_object(Bucket=self.bucket, Key=self.key(digest), ChecksumMode="ENABLED")
        except ClientError as error:
            if _code(error) in _ABSENT | _UNSAID:
                return False
            raise
        if found["ContentLength"] != size:
            return False
        if kept := found.get("ChecksumSHA256"):
            return bool(kept == base64.b64encode(digest).decode())
        with contextlib.suppress(Damaged, NotStored), self._fetched(digest):
            return True
        return False

    def _fetched(self, digest: bytes) -> IO[bytes]:
        try:
            body = self._client.get_object(Bucket=self.bucket, Key=self.key(digest))["Body"]
        except ClientError as error:
            if _code(error) in _ABSENT:
                raise NotStored from None
            raise
        file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the reader closes it
        seen = hashlib.sha256()
        try:
            for chunk in body.iter_chunks(CHUNK):
                seen.update(chunk)
                file.write(chunk)
            if seen.digest() != digest:
                raise Damaged
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return cast(IO[bytes], file)

    @contextlib.contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            said = error.response.get("Error", {})
            reason = f"{_code(error)}, {said.get('Message', '')}".strip(", .")
        except (BotoCoreError, OSError) as error:
            reason = str(error).strip(" .")
        else:
            return
        sentence = _("The object store for attachments (%(store)s) does not do what it is asked: %(reason)s.")
        raise NotReached(sentence % {"store": self, "reason": reason})


_clients: dict[ObjectStore, Any] = {}


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
