"""A real object store over HTTP, for what speaks S3: moto's, with one bucket in it.

    store = Bucket()
    store.client.put_object(Bucket=store.name, Key="shoe", Body=b"...")

What lies in it lies in this process, not in its server: `stop` and `start` are an outage, after which the same port
serves the same files.
"""

from __future__ import annotations

import boto3
from moto.server import ThreadedMotoServer

from tests.servers.running import LOOPBACK, free_ports

SECRETS = {"key_id": "harbour", "secret_key": "shoes", "region": "eu-central-1"}


class Bucket:
    """The store and its bucket."""

    name = "files"

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self.endpoint = f"http://{LOOPBACK}:{self.port}"
        self.start()
        self.client = boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=SECRETS["region"],
            aws_access_key_id=SECRETS["key_id"],
            aws_secret_access_key=SECRETS["secret_key"],
        )
        place = {"LocationConstraint": SECRETS["region"]}
        self.client.create_bucket(Bucket=self.name, CreateBucketConfiguration=place)

    def start(self) -> None:
        self._server = ThreadedMotoServer(LOOPBACK, self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def held(self) -> list[str]:
        """The keys of everything in it."""
        return [one["Key"] for one in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]

    def empty(self) -> None:
        for key in self.held():
            self.client.delete_object(Bucket=self.name, Key=key)
