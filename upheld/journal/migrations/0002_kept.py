"""A fact is kept as it was written: the database lets a record be numbered and sealed once, and nothing else."""

from django.db import migrations

KEEP = """
CREATE FUNCTION journal_record_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    as_written record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL THEN
        as_written := NEW;
        as_written.position := NULL;
        as_written.seal := NULL;
        -- Byte by byte: for "=" a 1.0 in the data would be the same as a 1.
        IF as_written OPERATOR(pg_catalog.*=) OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The journal keeps its facts as they were written: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER journal_record_is_kept BEFORE UPDATE OR DELETE ON journal_record
    FOR EACH ROW EXECUTE FUNCTION journal_record_is_kept();
"""

LET_GO = """
DROP TRIGGER journal_record_is_kept ON journal_record;
DROP FUNCTION journal_record_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
