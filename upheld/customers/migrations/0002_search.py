"""Customers are found by pieces of their names and addresses."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            """
            CREATE INDEX customer_by_name_piece ON customers_customer USING gin (upper(name) gin_trgm_ops);
            CREATE INDEX address_by_piece ON customers_address USING gin (upper(email) gin_trgm_ops);
            """,
            "DROP INDEX address_by_piece; DROP INDEX customer_by_name_piece;",
        ),
    ]
