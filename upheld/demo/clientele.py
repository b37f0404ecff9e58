"""The customers of Harbour Shoes: those whom the company has known for long, and those who write for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from upheld.customers import describing, meeting
from upheld.customers.models import Account
from upheld.demo import neighbours
from upheld.demo.letters import Correspondent
from upheld.people.models import Person
from upheld.people.names import sort_key


@dataclass(frozen=True)
class Client:
    """One customer as the demo knows them. Without a phone they are met only when they first write."""

    name: str
    email: str
    account: str = ""
    phone: str = ""
    best_time: str = ""
    language: str = "en"
    zone: str = ""

    @property
    def correspondent(self) -> Correspondent:
        """This customer as the sender of a letter."""
        return Correspondent(self.name, self.email, self.language, self.zone or "Europe/Berlin")

    @property
    def first_name(self) -> str:
        """How we greet them: by their first name, without a title, and an office by its whole name."""
        if self.name.endswith(("reception", "office")):
            return "colleagues"
        return self.name.removeprefix("Dr. ").removeprefix("Sister ").split(" ", 1)[0]


ACCOUNTS = {
    "Harbour Ltd": 2014,
    "Petri & Sons": 2017,
    "Sand Sailing School": 2019,
    "Quayside Hotel": 2016,
    "Ferry Café": 2021,
    "Brook Marine": 2015,
    "Berg Optik": 2020,
    "Krog Rowing Club": 2014,
    "Elbe Pilots": 2018,
    "Norderney Ferries": 2013,
    "Studio Vento": 2022,
    "St. Anne's Hospital": 2019,
}

# The people of the scenes, whom everybody at Harbour Shoes knows by name.
DORA = Client(
    "Dora Lindqvist",
    "dora@harbour.example",
    "Harbour Ltd",
    "040 66969 142",
    "Before 11:00; at sea after noon",
    "en",
)
CREW = Client(
    "Harbour Ltd crew office", "crew-office@harbour.example", "Harbour Ltd", "040 66969 140", "", "en"
)
JONAS = Client("Jonas Petri", "jonas@petri-sons.example", "Petri & Sons", "040 66969 217", "Afternoons", "en")
MIRA = Client(
    "Mira Sand", "mira@sand-sailing.example", "Sand Sailing School", "0431 5550 118", "After 16:00", "en"
)
OTTO = Client(
    "Otto Brandt", "otto.brandt@post.example", "", "040 66969 305", "Mornings; please let it ring", "en"
)
LENA = Client("Lena Voss", "lena.voss@mail.example", "", "0152 28895 456", "", "en")
QUAYSIDE = Client(
    "Quayside Hotel reception",
    "reception@quayside.example",
    "Quayside Hotel",
    "040 66969 400",
    "Not between 10:00 and 12:00",
    "en",
)
PIET = Client("Piet de Boer", "piet@deboer.example", "", "", "", "en", "Europe/Amsterdam")
INES = Client("Ines Aalto", "ines.aalto@posti.example", "", "0152 28817 386", "", "en", "Europe/Helsinki")
YUSUF = Client(
    "Yusuf Aydin", "yusuf@ferry-cafe.example", "Ferry Café", "040 66969 511", "Before the lunch hour", "en"
)
NILS = Client("Nils Rønning", "nils@ronning.example", "", "0152 28813 702", "", "en", "Europe/Oslo")
BEATE = Client("Beate Lorenz", "beate.lorenz@web.example", "", "030 23125 012", "Evenings", "en")
KAI = Client("Kai Brook", "kai@brook-marine.example", "Brook Marine", "0421 5550 190", "", "en")
TOVE = Client("Tove Holm", "tove.holm@fjord.example", "", "", "", "en", "Europe/Copenhagen")
RAFIQ = Client("Rafiq Aziz", "rafiq.aziz@mail.example", "", "0152 54599 371", "After 18:00", "en")
ELIN = Client("Elin Berg", "elin@berg-optik.example", "Berg Optik", "040 66969 622", "", "en")
HANNE = Client(
    "Hanne Krog", "hanne@krog-rowing.example", "Krog Rowing Club", "0431 5550 160", "After 14:00", "en"
)

NAMED = (
    DORA, CREW, JONAS, MIRA, OTTO, LENA, QUAYSIDE, PIET, INES, YUSUF, NILS, BEATE, KAI, TOVE, RAFIQ, ELIN, HANNE,
)  # fmt: skip

_OTHERS = """
Anke Möller|anke.moeller@post.example||040 66969 701|Vormittags|de|
Jürgen Weiß|j.weiss@web.example||030 23125 044||de|
Sabine Krüger|sabine.krueger@post.example|Elbe Pilots|040 66969 333|Nach 15:00|de|
Uwe Petersen|uwe@elbe-pilots.example|Elbe Pilots|040 66969 334||de|
Katrin Schäfer|k.schaefer@norderney-ferries.example|Norderney Ferries|04932 5550 12|Dienstags an Bord|de|
Heiko Brandes|h.brandes@norderney-ferries.example|Norderney Ferries|04932 5550 15||de|
Lotte Grün|lotte.gruen@mail.example||||de|
Matthias Böhm|m.boehm@web.example||089 99998 210||de|
Renate Fuß|renate.fuss@post.example||0221 4710 118|Nicht vor 9 Uhr|de|
Dörte Hansen-Vogt|doerte.hv@mail.example||||de|
Claire Martin|claire.martin@courrier.example|||Le matin|fr|Europe/Paris
Antoine Lefèvre|antoine@lefevre.example||||fr|Europe/Paris
Élodie Garnier|elodie.garnier@courrier.example||||fr|Europe/Paris
Lucía Romero|lucia.romero@correo.example||||es|Europe/Madrid
Javier Ibáñez|javier@velamar.example||||es|Europe/Madrid
Sanne Visser|sanne.visser@post.example||||nl|Europe/Amsterdam
Joost van Dijk|joost@vandijk.example||||nl|Europe/Amsterdam
Astrid Öberg|astrid.oberg@post.example||||sv|Europe/Stockholm
Göran Lindh|goran.lindh@mail.example||||sv|Europe/Stockholm
Mette Søndergaard|mette@sondergaard.example||||da|Europe/Copenhagen
Giulia Conti|giulia@studio-vento.example|Studio Vento|||it|Europe/Rome
Marco Bellini|marco@studio-vento.example|Studio Vento|||it|Europe/Rome
Oliver Grant|oliver.grant@mail.example||020 7946 0301|Lunchtime|en|Europe/London
Harriet Cole|harriet.cole@post.example||020 7946 0477||en|Europe/London
Siobhán Walsh|siobhan@walsh.example||||en|Europe/Dublin
Daniel Osei|daniel.osei@mail.example||0152 28837 219||en|
Grace Whitfield|grace@whitfield.example||||en|Europe/London
Peter Nakamura|p.nakamura@mail.example||||en|America/New_York
Rachel Stein|rachel.stein@post.example||||en|America/New_York
Tom Hargreaves|tom@hargreaves-boats.example||020 7946 0822|Not on Mondays|en|Europe/London
Ewa Zielińska|ewa.zielinska@poczta.example||||en|Europe/Warsaw
Marek Dvořák|marek.dvorak@posta.example||||en|Europe/Prague
Ilse Baumann|ilse.baumann@post.example||040 66969 812|Rings long; she is slow to the door|de|
Frieda Jacobs|frieda.jacobs@mail.example||||en|
Samir Haddad|samir.h@mail.example||0152 28805 114||en|
Priya Nair|priya.nair@st-annes.example|St. Anne's Hospital|040 66969 911|Between rounds, 14:00|en|
Dr. Paul Ehlers|paul.ehlers@st-annes.example|St. Anne's Hospital|040 66969 912||de|
Sister Monika|monika@st-annes.example|St. Anne's Hospital|||de|
Kofi Mensah|kofi.mensah@mail.example||||en|
Aylin Demir|aylin.demir@web.example||0152 28811 640|After 17:00|en|
Hugo Lambert|hugo.lambert@courrier.example||||en|Europe/Brussels
Ruth Calloway|ruth.calloway@post.example||020 7946 0560||en|Europe/London
Victor Almeida|victor.almeida@correio.example||||en|Europe/Lisbon
Inês Carvalho|ines.carvalho@correio.example||||en|Europe/Lisbon
Stefan Roth|stefan.roth@web.example||069 90009 333||de|
Nadja Winter|nadja.winter@post.example||||de|
Bernd Falk|bernd.falk@brook-marine.example|Brook Marine|0421 5550 191||en|
Sina Behrens|sina@sand-sailing.example|Sand Sailing School|0431 5550 119||en|
Arne Krog|arne@krog-rowing.example|Krog Rowing Club|0431 5550 161||en|
Lars Mikkelsen|lars.m@fjord.example||||en|Europe/Copenhagen
Johanna Pohl|johanna.pohl@mail.example||||de|
Emre Kaya|emre.kaya@web.example||||en|
Fiona MacLeod|fiona@macleod.example||||en|Europe/London
Gideon Park|gideon.park@mail.example||||en|America/New_York
Clara Neumann|clara.neumann@web.example||0221 4710 240||de|
Wendy Ashworth|wendy.ashworth@post.example||||en|Europe/London
Tilda Karlsson|tilda.karlsson@post.example||||en|Europe/Stockholm
Bram Peeters|bram.peeters@post.example||||en|Europe/Brussels
Zofia Krawczyk|zofia.k@poczta.example||||en|Europe/Warsaw
Martin Höfer|martin.hoefer@web.example||089 99998 477||de|
Agnes Thiele|agnes.thiele@post.example||040 66969 877|Samstags nicht|de|
Noah Feldmann|noah.feldmann@mail.example||||en|
Isabel Duarte|isabel@quayside.example|Quayside Hotel|040 66969 402||en|
Roman Petri|roman@petri-sons.example|Petri & Sons|040 66969 218||en|
Linus Ekholm|linus@berg-optik.example|Berg Optik|040 66969 623||en|
Yara Costa|yara.costa@mail.example||||en|Europe/Lisbon
Theo Marchetti|theo.marchetti@posta.example||||en|Europe/Rome
Paula Stein|paula.stein@mail.example||||en|
Colin Redmayne|colin.redmayne@post.example||020 7946 0118||en|Europe/London
Birgit Sommer|birgit.sommer@web.example||||de|
Hamza Qureshi|hamza.qureshi@mail.example||0152 28844 905||en|
Olga Bauer|olga.bauer@post.example||||en|
Edith Lange|edith.lange@post.example||040 66969 845|Vormittags, schwerhörig|de|
Finn Jørgensen|finn.jorgensen@fjord.example||||en|Europe/Copenhagen
Alice Bennett|alice.bennett@mail.example||||en|Europe/London
Ralf Zander|ralf.zander@norderney-ferries.example|Norderney Ferries|04932 5550 19||de|
Maja Novak|maja.novak@posta.example||||en|Europe/Prague
Jasper Whyte|jasper.whyte@post.example||||en|Europe/London
Leonie Ritter|leonie.ritter@mail.example||0152 28866 231||en|
Cem Arslan|cem@ferry-cafe.example|Ferry Café|040 66969 512||en|
Vera Holst|vera.holst@web.example||||en|
Simon Abbott|simon.abbott@mail.example||||en|America/New_York
Elke Wulff|elke.wulff@elbe-pilots.example|Elbe Pilots|040 66969 338||en|
Norman Pike|norman.pike@post.example||||en|Europe/London
"""


def others() -> tuple[Client, ...]:
    """Everybody who is in no scene: those who write often, and the many who seldom do."""
    return tuple(Client(*line.split("|")) for line in _OTHERS.strip().splitlines()) + neighbours_of_the_shop()


def neighbours_of_the_shop() -> tuple[Client, ...]:
    """The many who seldom write."""
    return tuple(
        Client(name, email, language=language, zone=zone)
        for name, email, language, zone in neighbours.lines()
    )


def open_accounts() -> dict[str, Account]:
    """The companies that buy from us, and since when."""
    return {
        name: Account.objects.create(name=name, sort_key=sort_key(name), since_date=date(year, 3, 1))
        for name, year in ACCOUNTS.items()
    }


def remember(client: Client, accounts: dict[str, Account], *, by: Person, at: datetime) -> None:
    """Write down a customer whom the company knew before it had Upheld, with what they told us."""
    account = accounts.get(client.account)
    customer = meeting.meet(client.name, email=client.email, account=account, by=by.actor, at=at)
    known = {
        field: value
        for field in ("phone", "best_time", "language", "zone")
        if (value := getattr(client, field))
    }
    describing.describe(customer, by=by.actor, at=at, **known)


def known_before(client: Client, rng: Random) -> bool:
    """Whether the company knew them: whoever has an account or left a number, and most of the rest."""
    return bool(client.account or client.phone or client in NAMED) or rng.random() < 0.85
