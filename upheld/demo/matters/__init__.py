"""What customers write to Harbour Shoes about, what is answered and promised, and how it turns out."""

from upheld.demo.matters.abroad import ABROAD
from upheld.demo.matters.billing import BILLING
from upheld.demo.matters.german import GERMAN
from upheld.demo.matters.matter import Matter, Pledged
from upheld.demo.matters.prices import PRICES
from upheld.demo.matters.repairs import REPAIRS
from upheld.demo.matters.sales import SALES
from upheld.demo.matters.service import SERVICE

ALL: tuple[Matter, ...] = (*SERVICE, *BILLING, *REPAIRS, *SALES, *PRICES, *GERMAN, *ABROAD)

__all__ = ["ABROAD", "ALL", "BILLING", "GERMAN", "PRICES", "REPAIRS", "SALES", "SERVICE", "Matter", "Pledged"]
