"""Numbers of cases come from a sequence; words of a subject are found by their three-letter pieces."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("customers", "0002_search")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE cases_case_number AS integer START 1001", "DROP SEQUENCE cases_case_number"
        ),
        migrations.RunSQL(
            "CREATE INDEX case_by_subject ON cases_case USING gin (upper(subject_line) gin_trgm_ops)",
            "DROP INDEX case_by_subject",
        ),
    ]
