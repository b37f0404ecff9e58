"""Settings: company, mailboxes tried before they are kept, departments with hours and a standard, people."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from axes.models import AccessAttempt

from upheld.cases.tests.makers import make_case, make_house
from upheld.channels import secrets
from upheld.channels.models import Mailbox
from upheld.people import queries
from upheld.people.models import Calendar, Department, Person
from upheld.people.tests.makers import MONDAY, make_calendar, make_company, make_department, make_person
from upheld.promises import standards
from upheld.promises.models import Standard
from upheld.web.pages.settings_forms import frames_of
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
BOX = {
    "name": "Service", "address": "Service@harbour-shoes.example", "imap_host": "", "imap_port": 993,
    "imap_security": "tls", "imap_user": "service", "imap_password": "", "folder": "INBOX", "past": "leave",
    "smtp_host": "", "smtp_port": 587, "smtp_security": "starttls", "smtp_user": "", "smtp_password": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(datetime(2026, 11, 16, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def sven():
    make_company()
    return make_person("Sven Holt", role="administrator")


@pytest.fixture
def browser(sven):
    return browser_of(sven)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_an_empty_installation_is_led_through_what_it_needs_in_order():
    browser = browser_of(make_person("Sven Holt", role="administrator"))
    page = text(browser.get("/settings"))
    assert "5 things are left to set up." in page
    assert "Letters can come in once there is a department" in page
    labels = re.findall(r"Still to do:</span></span><span><a href=\"([^\"]+)\"", page)
    assert labels == [
        "/settings/company", "/settings/people", "/settings/departments", "/settings/departments#first-answer",
        "/settings/mailboxes",
    ]  # fmt: skip
    assert '<a class="btn main" href="/settings/company">Next: Company</a>' in page
    company = text(browser.get("/settings/company"))
    assert "Next: People" not in company
    assert 'value="UTC"' not in company
    make_company()
    assert "Next: People" in text(browser.get("/settings/company"))


def test_the_overview_says_what_is_left_to_set_up(browser, sven):
    assert "4 things are left to set up." in text(browser.get("/settings"))
    ada = make_person("Ada Okafor")
    browser_of(ada)
    assert "3 things are left to set up." in text(browser.get("/settings"))
    service = make_department()
    page = text(browser.get("/settings"))
    assert "Ada Okafor sees no letters yet: open their page and save it." in page
    returns = make_department("Returns", duty=make_person("Ivo Dahl"))
    assert "Put Ada Okafor into a department" in text(browser.get("/settings"))
    ada.departments.add(service)
    assert "Next: First answer" in text(browser.get(f"/settings/departments/{service.pk}"))
    assert "Next: First answer" not in text(browser.get("/settings/departments"))
    returns.closed_at = MONDAY
    returns.save()
    page = text(browser.get("/settings"))
    labels = re.findall(r"<a href=\"([^\"]+)\">[^<]+</a>\. ", page)
    assert labels == ["/settings/company", "/settings/mailboxes", "/settings/people", "/settings/hours",
                      "/settings/hours#first-answer"]  # fmt: skip
    standards.set("first-answer", department=None, minutes=240, share=90, by=sven.actor, at=MONDAY)
    page = text(browser.get("/settings"))
    assert "One thing is left to set up." in page
    assert "Letters can come in once a mailbox is connected." in page


def test_the_overview_says_whether_letters_come_in(browser):
    service = make_department()
    box = Mailbox.objects.create(
        name="Service", address="service@x.example", department=service, imap_host="imap.example"
    )
    page = text(browser.get("/settings"))
    assert "as soon as the mailbox has been looked into" in page
    assert "Name the server that letters leave through, for service@x.example." in page
    box.smtp_host, box.looked_at = "smtp.example", MONDAY
    box.save()
    page = text(browser.get("/settings"))
    assert "Letters come in." in page
    assert "Letters come and leave through: service@x.example." in page
    box.trouble, box.trouble_at = "imap.example refuses the password.", MONDAY
    box.save()
    page = text(browser.get("/settings"))
    assert "Letters to service@x.example do not come in: imap.example refuses the password." in page
    assert f'href="/settings/mailboxes/{box.pk}"' in page
    own = text(browser.get(f"/settings/mailboxes/{box.pk}"))
    assert "Letters do not come in." in own
    assert "imap.example refuses the password." in own


def test_the_company_is_written_down(browser):
    said = {"name": "Harbour Boots", "zone": "Europe/Lisbon", "letters": "hb", "phone": "040 1"}
    assert browser.post("/settings/company", said).status_code == 302
    company = queries.company()
    assert (company.name, company.zone, company.prefix) == ("Harbour Boots", "Europe/Lisbon", "HB")


@pytest.mark.parametrize(
    "wrong", [{"zone": "Moon/Base"}, {"letters": "H1"}, {"letters": "TOOLONGX"}, {"name": ""}]
)
def test_what_cannot_be_a_company_is_refused(browser, wrong):
    said = {"name": "Harbour Boots", "zone": "Europe/Lisbon", "letters": "HB", "phone": ""}
    assert browser.post("/settings/company", {**said, **wrong}).status_code == 422
    assert queries.company().name == "Harbour Shoes"


def test_a_department_is_opened_by_hours_of_its_own_or_by_another_ones(browser):
    bruno, ada = make_person("Bruno Keller", role="lead"), make_person("Ada Okafor")
    assert "There is no department yet." in text(browser.get("/settings/departments"))
    assert not Calendar.objects.exists()
    said = {"name": "Service", "duty_owner": bruno.pk, "people": [ada.pk]}
    opened = browser.post("/settings/departments", said)
    service = Department.objects.get()
    assert opened.url == f"/settings/departments/{service.pk}"
    assert service.calendar.frames.count() == 5
    assert set(service.people.all()) == {bruno, ada}
    said = {"name": "Billing", "calendar": service.calendar.pk, "duty_owner": bruno.pk}
    browser.post("/settings/departments", said)
    assert Department.objects.get(name="Billing").calendar == service.calendar
    again = browser.post("/settings/departments", {**said, "name": "BILLING", "calendar": ""})
    assert again.status_code == 422
    assert "There is a department with this name already" in text(again)
    assert Calendar.objects.count() == 1


def test_before_anybody_serves_the_way_leads_to_people_and_not_to_a_dead_end(browser, sven):
    page = text(browser.get("/settings/departments"))
    assert "First somebody who can be on duty." in page
    assert '<a href="/settings/people">Let one in</a>' in page
    refused = browser.post("/settings/departments", {"name": "Service", "duty_owner": sven.pk})
    assert refused.status_code == 422
    assert not Department.objects.exists()
    make_person("Nora Lunde", role="manager")
    bruno = make_person("Bruno Keller", role="lead")
    page = text(browser.get("/settings/departments"))
    assert f'<option value="{bruno.pk}">Bruno Keller</option>' in page
    assert "Nora Lunde</option>" not in page


def test_hours_of_ones_own_never_overwrite_those_of_the_same_name(browser):
    kept = make_calendar("Service")
    browser.post("/settings/departments", {"name": "Service", "duty_owner": make_person().pk})
    assert Department.objects.get().calendar.name == "Service 2"
    assert kept.frames.count() == 10


def test_a_department_is_renamed(browser):
    service, _returns = make_department(), make_department("Returns", duty=make_person())
    url = f"/settings/departments/{service.pk}/name"
    assert browser.post(url, {"name": "Front desk"}).status_code == 302
    taken = browser.post(url, {"name": "returns"})
    assert taken.status_code == 422
    assert "There is a department with this name already" in text(taken)
    assert Department.objects.get(pk=service.pk).name == "Front desk"


def test_a_department_closes_once_nothing_is_left_in_it_and_opens_again(browser):
    house = make_house()
    returns = make_department("Returns", duty=make_person("Ivo Dahl"))
    make_case(house)
    url = f"/settings/departments/{house.service.pk}"
    page = text(browser.get(url))
    assert "It still holds open cases: 1, promises: 0, mailboxes: 1." in page
    assert f'{url}/closing"' not in page
    refused = text(browser.post(f"{url}/closing", follow=True))
    assert "It still holds open cases: 1, promises: 0, mailboxes: 1." in refused
    url = f"/settings/departments/{returns.pk}"
    assert "Returns is closed." in text(browser.post(f"{url}/closing", follow=True))
    closed = text(browser.get(url))
    assert "This department is closed." in closed
    assert f'{url}/duty"' in closed
    assert f'{url}/hours"' not in closed
    assert "Nothing new comes to it." in text(browser.get("/settings/departments"))
    assert "This department is closed." in text(browser.post(f"{url}/closing", follow=True))
    assert "Returns is open again." in text(browser.post(f"{url}/reopening", follow=True))
    assert "This department is not closed." in text(browser.post(f"{url}/reopening", follow=True))


def test_the_last_department_stays_and_a_mailbox_waits_for_its_department(browser):
    service = make_department()
    last = text(browser.post(f"/settings/departments/{service.pk}/closing", follow=True))
    assert "open another one before you close the last" in last
    returns = make_department("Returns", duty=make_person())
    box = Mailbox.objects.create(
        name="Returns", address="returns@x.example", department=returns, closed_at=MONDAY
    )
    browser.post(f"/settings/departments/{returns.pk}/closing")
    waits = text(browser.post(f"/settings/mailboxes/{box.pk}/reopening", follow=True))
    assert "Its department is closed" in waits
    assert Mailbox.objects.get().closed_at


def test_somebody_else_is_on_duty_from_now_on(browser):
    service, ada = make_department(), make_person("Ada Okafor")
    browser.post(f"/settings/departments/{service.pk}/duty", {"duty_owner": ada.pk})
    service.refresh_from_db()
    assert service.duty_owner == ada


def test_somebody_who_has_left_cannot_be_on_duty(browser):
    service, ada = make_department(), make_person("Ada Okafor")
    Person.objects.filter(pk=ada.pk).update(left_at=MONDAY)
    assert browser.post(f"/settings/departments/{service.pk}/duty", {"duty_owner": ada.pk}).status_code == 422


def test_hours_are_written_as_people_write_them(browser):
    service = make_department()
    week = {"day0": "9-12, 13:00-17:30", "day5": "10:00–14:00"}
    closed = {"country": "de", "subdivision": "by", "closed": "2026-12-31 Stocktaking\n\n2027-01-04"}
    hours = {"zone": "Europe/Berlin", **week, **closed}
    assert browser.post(f"/settings/departments/{service.pk}/hours", hours).status_code == 302
    frames = list(
        service.calendar.frames.order_by("weekday", "opens_minute").values_list(
            "weekday", "opens_minute", "closes_minute"
        )
    )
    assert frames == [(0, 540, 720), (0, 780, 1050), (5, 600, 840)]
    closed = dict(service.calendar.closed_days.values_list("day", "name"))
    assert closed[date(2026, 12, 31)] == "Stocktaking"
    assert date(2030, 12, 25) in closed
    page = text(browser.get(f"/settings/departments/{service.pk}"))
    assert "9:00-12:00, 13:00-17:30" in page
    assert "2026-12-31 Stocktaking 2027-01-04" in page
    assert "2027-12-25" not in page
    assert "written down until the end of 2030" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"day0": "nine to five"},
        {"day0": "12:00-9:00"},
        {"day0": "9:00-25:00"},
        {"day0": "9-12, 11-17"},
        {"day0": ""},
        {"zone": "Moon/Base"},
        {"closed": "Christmas"},
        {"country": "Q"},
        {"country": "QQ"},
    ],
)
def test_hours_that_cannot_be_kept_are_refused_with_what_was_written(browser, wrong):
    service = make_department()
    before = service.calendar.frames.count()
    hours = {"zone": "Europe/Berlin", "day0": "9-17", **wrong}
    refused = browser.post(f"/settings/departments/{service.pk}/hours", hours)
    assert refused.status_code == 422
    assert service.calendar.frames.count() == before


def test_frames_are_minutes_after_midnight():
    assert frames_of("9:00-12:00, 13.30 – 24:00") == [(540, 720), (810, 1440)]
    assert frames_of("") == []
    for wrong in ("9", "9-9", "9:61-10", "-1-5", "9-17 17-19"):
        with pytest.raises(ValueError):
            frames_of(wrong)


def test_a_standard_is_set_and_explained_with_an_example(browser):
    service, _returns = make_department(), make_department("Returns", duty=make_person("Ivo Dahl"))
    browser.post("/settings/departments/standard", {"hours": "4", "share": "90"})
    page = text(browser.get(f"/settings/departments/{service.pk}"))
    assert (
        "A letter that comes Friday 20 November 2026, 16:00 is answered by Monday 23 November 2026, 12:00."
        in page
    )
    assert "within 4 hours of business time, in 90 of 100; as everywhere" in page
    browser.post(f"/settings/departments/{service.pk}/standard", {"hours": "0.5", "share": "80"})
    assert Standard.objects.get(department=service).minutes == 30
    assert "in 80 of 100" in text(browser.get("/settings/departments"))


@pytest.mark.parametrize(
    "wrong", [{"hours": "0"}, {"hours": "soon"}, {"share": "0"}, {"share": "101"}, {"hours": "99999"}]
)
def test_what_no_clock_can_measure_is_refused_with_a_suggestion(browser, wrong):
    make_department()
    refused = browser.post("/settings/departments/standard", {"hours": "4", "share": "90", **wrong})
    assert refused.status_code == 422
    assert not Standard.objects.exists()


def test_a_colleague_is_let_in_and_leaves(browser):
    service = make_department()
    said = {"name": "Ada Okafor", "role": "agent", "departments": [service.pk], "email": "Ada@harbour-shoes.example",
            "password": "a long and quiet sentence"}  # fmt: skip
    assert browser.post("/settings/people", said).status_code == 302
    ada = Person.objects.get(name="Ada Okafor")
    assert ada.login.email == "ada@harbour-shoes.example"
    assert ada.login.check_password("a long and quiet sentence")
    assert "Ada Okafor" in text(browser.get("/settings/people"))
    gone = browser.post(f"/settings/people/{ada.pk}/leaving", follow=True)
    assert "Ada Okafor has left" in text(gone)
    assert browser.post(f"/settings/people/{ada.pk}/leaving").status_code == 404


def test_an_address_that_is_taken_or_a_weak_password_lets_nobody_in(browser, sven):
    said = {
        "name": "Ada Okafor",
        "role": "agent",
        "email": sven.login.email,
        "password": "a long and quiet sentence",
    }
    taken = browser.post("/settings/people", said)
    assert taken.status_code == 422
    assert "Somebody already signs in with this address." in text(taken)
    weak = browser.post("/settings/people", {**said, "email": "ada@x.example", "password": "password"})
    assert weak.status_code == 422
    assert not Person.objects.filter(name="Ada Okafor").exists()


def test_whoever_is_on_duty_and_the_administrator_themselves_cannot_just_leave(browser, sven):
    service = make_department()
    page = text(browser.get(f"/settings/people/{service.duty_owner.pk}"))
    assert "Bruno is on duty for: Service. Somebody else must be, first." in page
    duty = browser.post(f"/settings/people/{service.duty_owner.pk}/leaving", follow=True)
    assert "Name another duty owner first, for: Service." in text(duty)
    own = browser.post(f"/settings/people/{sven.pk}/leaving", follow=True)
    assert "Somebody else must say that you leave." in text(own)
    assert Person.objects.working_here().count() == 2


def test_before_somebody_leaves_it_is_said_what_becomes_of_what_they_hold(browser):
    house = make_house()
    make_case(house)
    page = text(browser.get(f"/settings/people/{house.ada.pk}"))
    assert "1 open case goes on at once to whoever is present, else to whoever is on duty." in page
    assert "Ada has left" in page


def test_a_colleague_s_name_role_and_departments_change(browser):
    service, ada = make_department(), make_person("Ada Okafor")
    url = f"/settings/people/{ada.pk}"
    assert browser.get(url).status_code == 200
    said = {"name": "Ada Lovelace", "role": "lead", "departments": [service.pk]}
    assert browser.post(url, said).url == url
    ada = Person.objects.get(pk=ada.pk)
    assert (ada.name, ada.role, list(ada.departments.all())) == ("Ada Lovelace", "lead", [service])
    same = browser.post(url, said)
    assert same.status_code == 422
    assert "That is how it is already." in text(same)
    duty = f"/settings/people/{service.duty_owner.pk}"
    refused = browser.post(duty, {"name": "Bruno Keller", "role": "manager", "departments": [service.pk]})
    assert refused.status_code == 422
    assert "Name another duty owner first" in text(refused)


def test_a_closed_department_stays_with_those_who_worked_in_it(browser):
    make_department()
    returns, ada = make_department("Returns", duty=make_person("Ivo Dahl")), make_person("Ada Okafor")
    ada.departments.add(returns)
    browser.post(f"/settings/departments/{returns.pk}/closing")
    assert "Returns</span>" in text(browser.get(f"/settings/people/{ada.pk}"))
    browser.post(
        f"/settings/people/{ada.pk}", {"name": "Ada O.", "role": "agent", "departments": [returns.pk]}
    )
    assert list(Person.objects.get(pk=ada.pk).departments.all()) == [returns]


def test_whoever_owns_cases_goes_on_reading_them(browser):
    house = make_house()
    make_case(house)
    said = {"name": "Ada Okafor", "departments": [house.service.pk]}
    for role in ("administrator", "colleague"):
        refused = browser.post(f"/settings/people/{house.ada.pk}", {**said, "role": role})
        assert refused.status_code == 422
        assert "They still hold 1 open case: a colleague takes over first." in text(refused)
    assert browser.post(f"/settings/people/{house.ada.pk}", {**said, "role": "manager"}).status_code == 302


def test_the_last_administrator_cannot_lock_the_settings_for_everybody(browser, sven):
    url = f"/settings/people/{sven.pk}"
    refused = browser.post(url, {"name": "Sven Holt", "role": "agent"})
    assert refused.status_code == 422
    assert "let somebody else change them first" in text(refused)
    browser_of(make_person("Otto Brandt", role="administrator"))
    assert browser.post(url, {"name": "Sven Holt", "role": "agent"}).url == "/"
    assert browser.get("/settings").status_code == 404


def test_a_forgotten_password_is_replaced_and_the_lock_with_it(browser):
    ada = make_person("Ada Okafor")
    hers = browser_of(ada)
    AccessAttempt.objects.create(username=ada.login.email, ip_address="127.0.0.1", failures_since_start=8)
    url = f"/settings/people/{ada.pk}/password"
    weak = browser.post(url, {"password": "password"})
    assert weak.status_code == 422
    assert hers.get("/promises").status_code == 200
    assert browser.post(url, {"password": "a long and quiet sentence"}).status_code == 302
    ada.login.refresh_from_db()
    assert ada.login.check_password("a long and quiet sentence")
    assert hers.get("/promises").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_one_s_own_password_is_changed_where_one_signs_in(browser, sven):
    page = text(browser.get(f"/settings/people/{sven.pk}"))
    assert "/sign-in/password/change/" in page
    assert f"/settings/people/{sven.pk}/leaving" not in page
    own = browser.post(f"/settings/people/{sven.pk}/password", {"password": "a long and quiet sentence"})
    assert own.url == "/sign-in/password/change/"


def test_somebody_without_a_way_in_is_given_one(browser, sven):
    ada = make_person("Ada Okafor")
    url = f"/settings/people/{ada.pk}/way-in"
    assert url in text(browser.get(f"/settings/people/{ada.pk}"))
    taken = browser.post(url, {"email": sven.login.email, "password": "a long and quiet sentence"})
    assert taken.status_code == 422
    alike = browser.post(url, {"email": "ada.okafor@x.example", "password": "ada.okafor@x.example"})
    assert alike.status_code == 422
    said = {"password": "a long and quiet sentence"}
    none = browser.post(f"/settings/people/{ada.pk}/password", said, follow=True)
    assert "This person has no way in yet" in text(none)
    assert (
        browser.post(url, {"email": "ada@x.example", "password": "a long and quiet sentence"}).status_code
        == 302
    )
    assert Person.objects.get(pk=ada.pk).login.email == "ada@x.example"
    again = browser.post(url, {"email": "ada2@x.example", **said}, follow=True)
    assert "This person can already sign in." in text(again)


def test_a_mailbox_is_connected_changed_closed_and_opened_again(browser):
    service = make_department()
    said = {**BOX, "department": service.pk}
    assert browser.post("/settings/mailboxes/new", said).url == "/settings/mailboxes"
    box = Mailbox.objects.get()
    assert box.address == "service@harbour-shoes.example"
    again = browser.post("/settings/mailboxes/new", said)
    assert again.status_code == 422
    url = f"/settings/mailboxes/{box.pk}"
    assert browser.post(url, {**said, "name": "Front desk"}).status_code == 302
    browser.post(f"{url}/closing")
    assert "This mailbox is closed." in text(browser.get(url))
    browser.post(f"{url}/reopening")
    box.refresh_from_db()
    assert (box.name, box.closed_at) == ("Front desk", None)


def test_a_server_that_does_not_answer_is_said_in_plain_words_and_nothing_is_kept(browser):
    service = make_department()
    said = {
        **BOX,
        "department": service.pk,
        "imap_host": "127.0.0.1",
        "imap_port": 1,
        "imap_security": "none",
    }
    for pressed in ({"try": "1"}, {}):
        page = browser.post("/settings/mailboxes/new", {**said, **pressed})
        assert page.status_code == 422
        assert "Nothing answers on 127.0.0.1 at port 1." in text(page)
    assert not Mailbox.objects.exists()
    assert browser.post("/settings/mailboxes/new", {**said, "anyway": "1"}).status_code == 302


def test_an_open_line_to_elsewhere_is_refused(browser):
    service = make_department()
    said = {
        **BOX,
        "department": service.pk,
        "imap_host": "imap.example",
        "imap_security": "none",
        "anyway": "1",
    }
    refused = browser.post("/settings/mailboxes/new", said)
    assert refused.status_code == 422
    assert "choose TLS or STARTTLS" in text(refused)


def test_a_stored_password_is_kept_when_left_empty_and_never_shown(browser):
    service = make_department()
    said = {
        **BOX,
        "department": service.pk,
        "imap_host": "localhost",
        "imap_password": "very-secret",
        "imap_port": 1,
        "anyway": "1",
    }
    browser.post("/settings/mailboxes/new", said)
    box = Mailbox.objects.get()
    url = f"/settings/mailboxes/{box.pk}"
    page = text(browser.get(url))
    assert "very-secret" not in page
    assert "One is stored. Empty keeps it." in page
    browser.post(url, {**said, "imap_password": ""})
    box.refresh_from_db()
    assert secrets.unseal(box.imap_secret) == "very-secret"


@pytest.mark.servers
def test_real_servers_are_tried_with_the_stored_password_and_letters_count_from_then_on(
    browser, dovecot, exim, mail_domain
):
    service, address = make_department(), f"service@{mail_domain}"
    dovecot.add_mailbox(address)
    said = {
        **BOX, "department": service.pk, "address": address, "imap_host": dovecot.host, "imap_port": dovecot.imap_port,
        "imap_security": "none", "imap_user": address, "imap_password": "secret",
        "smtp_host": exim.host, "smtp_port": exim.port, "smtp_security": "none",
    }  # fmt: skip
    tried = text(browser.post("/settings/mailboxes/new", {**said, "try": "1"}))
    assert "It works: INBOX holds 0 letters." in tried
    assert f"takes letters from {address}" in tried
    assert not Mailbox.objects.exists()
    wrong = browser.post("/settings/mailboxes/new", {**said, "imap_password": "wrong"})
    assert "refuses the user name or the password" in text(wrong)
    assert browser.post("/settings/mailboxes/new", said).status_code == 302
    box = Mailbox.objects.get()
    assert box.first_uid is not None
    again = browser.post(f"/settings/mailboxes/{box.pk}", {**said, "imap_password": "", "try": "1"})
    assert "It works: INBOX holds 0 letters." in text(again)


def test_a_standard_ends_and_what_holds_then_is_told(browser, sven):
    service, returns = make_department(), make_department("Returns", duty=make_person("Ivo Dahl"))
    for where, minutes in ((None, 240), (service, 60)):
        standards.set("first-answer", department=where, minutes=minutes, share=90, by=sven.actor, at=MONDAY)
    url = f"/settings/departments/{service.pk}"
    assert "standard-ending" not in text(browser.get(f"/settings/departments/{returns.pk}"))
    assert "The standard has ended." in text(browser.post(f"{url}/standard-ending", follow=True))
    assert "within 4 hours of business time, in 90 of 100; as everywhere" in text(browser.get(url))
    assert "has ended already" in text(browser.post(f"{url}/standard-ending", follow=True))
    assert "no standard" in text(browser.post("/settings/departments/standard-ending", follow=True))
    assert "has ended already" in text(browser.post("/settings/departments/standard-ending", follow=True))
    assert not Standard.objects.filter(until_at=None).exists()


def test_where_there_is_one_department_hours_and_standard_stand_by_themselves(browser):
    service = make_department()
    page = text(browser.get("/settings/hours"))
    assert "Hours and answers" in page
    assert "35 hours a week" in page
    url = f"/settings/departments/{service.pk}"
    assert browser.post(f"{url}/standard", {"hours": "4", "share": "90"}).url == "/settings/hours"
    assert Standard.objects.get().department is None
    week = {"zone": "Europe/Berlin", "day0": "9-12", "country": "", "subdivision": "", "closed": ""}
    assert browser.post(f"{url}/hours", week).url == "/settings/hours"
    wrong = browser.post(f"{url}/hours", week | {"day0": "9"})
    assert wrong.status_code == 422
    assert "<h1>Hours and answers</h1>" in text(wrong)
    with time_machine.travel(datetime(2026, 11, 16, 12, tzinfo=UTC), tick=False):
        assert browser.post(f"{url}/standard-ending").url == "/settings/hours"
    assert not Standard.objects.filter(until_at=None).exists()
    make_department("Returns", duty=make_person("Ivo Dahl"))
    assert browser.get("/settings/hours").url == "/settings/departments"


def test_a_connected_mailbox_is_asked_for_its_past_on_its_page(browser):
    box = Mailbox.objects.create(
        name="Service", address="service@x.example", department=make_department(), imap_host="imap.example",
        connected_at=MONDAY, first_uid=201, last_uid=200,
    )  # fmt: skip
    url = f"/settings/mailboxes/{box.pk}"
    assert "Take in what lay there before" in text(browser.get(url))
    page = text(browser.post(f"{url}/past", follow=True))
    assert "The mailbox is looked into." in page
    box.refresh_from_db()
    assert (box.past, box.past_below) == ("silent", 201)
    box.on_server = 200
    box.save()
    progress = text(browser.get(f"{url}/progress"))
    assert "0 of 200 letters are here." in progress
    assert "every 2s" in progress
    box.on_server = 0
    box.save()
    done = text(browser.get(f"{url}/progress"))
    assert "All 0 letters are here" in done
    assert "every 2s" not in done
    assert "has been asked for already" in text(browser.post(f"{url}/past", follow=True))


def test_a_colleague_gets_a_link_instead_of_a_password(browser):
    make_department()
    said = {"name": "Bo Lind", "email": "bo@harbour-shoes.example", "password": "", "role": "agent"}
    opened = browser.post("/settings/people", said)
    bo = Person.objects.get(name="Bo Lind")
    assert opened.url == f"/settings/people/{bo.pk}"
    page = text(browser.get(opened.url))
    assert "/welcome/" in page
    assert "Choosing a password" in page
    assert "Send it by mail" not in page
    assert "hand them the link yourself" in text(browser.post(f"{opened.url}/link", follow=True))
    Mailbox.objects.create(
        name="Service",
        address="service@x.example",
        department=Department.objects.get(),
        smtp_host="smtp.example",
    )
    assert "on its way to bo@harbour-shoes.example" in text(browser.post(f"{opened.url}/link", follow=True))


def test_rights_stay_folded_until_somebody_has_others():
    ada = make_person()
    ada.sets_up_too = True
    ada.save()
    make_company()
    ada.departments.add(make_department(duty=make_person("Bo Lind")))
    browser = browser_of(ada)
    page = text(browser.get("/settings/people"))
    assert "Different rights for different people" in page
    assert "Agent</span>" not in page
    make_person("Nora Lunde", role="manager")
    page = text(browser.get("/settings/people"))
    assert "Different rights" not in page
    assert "Manager</span>" in page


def test_whoever_sets_up_beside_their_work_cannot_shut_everybody_out():
    ada = make_person()
    ada.sets_up_too = True
    ada.save()
    make_company()
    browser, url = browser_of(ada), f"/settings/people/{ada.pk}"
    refused = browser.post(url, {"name": "Ada Okafor", "role": "agent"})
    assert "let somebody else change them first" in text(refused)
    bo = make_person("Bo Lind")
    browser_of(bo)
    browser.post(f"/settings/people/{bo.pk}", {"name": "Bo Lind", "role": "agent", "sets_up_too": "on"})
    assert Person.objects.get(pk=bo.pk).sets_up
    assert browser.post(url, {"name": "Ada Okafor", "role": "agent"}).url == "/"
    assert browser.get("/settings").status_code == 404
