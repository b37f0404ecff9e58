"""Letters of the last hours that nobody has answered yet, whatever hour it is."""

from __future__ import annotations

from upheld.demo import clientele, pictures
from upheld.demo.clientele import Client
from upheld.demo.letters import Enclosed
from upheld.demo.stage import Stage


def plan(stage: Stage) -> None:
    """Plan them; Ada owns those to Service."""
    zip_photo = Enclosed("zip.png", "image/png", pictures.shoe(stage.desk.rng, colour="grey"))
    letters: tuple[tuple[Client, str, int, str, str, list[Enclosed]], ...] = (
        (
            clientele.LENA, "service", 171, "Do the storm boots run small?",
            "do the storm boots run small? I wear 38, in boots sometimes 39, and I would rather not send "
            "them back and forth.",
            [],
        ),
        (
            clientele.QUAYSIDE, "service", 122, "Invoice with the wrong street",
            "the last invoice names Kaistraße 4; we are at number 14. The tax office minds, we do not. "
            "Could you correct it?",
            [],
        ),
        (
            stage.client("Isabel Duarte"), "sales", 95, "Shoes for our porters",
            "we have six new porters, all with large feet, 46 to 49. Do you make the Husum in these sizes, "
            "and what would six pairs cost?",
            [],
        ),
        (
            stage.client("Roman Petri"), "billing", 64, "Your reminder of this week",
            "you reminded us of an invoice that we paid on the second. The bank's slip has the number "
            "R-24410.",
            [],
        ),
        (
            clientele.PIET, "service", 37, "Thank you, and one question about wax",
            "the shoes are wonderful, the whole marina asks where they are from. One question: wax or oil "
            "against the salt?",
            [],
        ),
        (
            clientele.INES, "service", 11, "Warranty: zip of the left boot",
            "now the zip of my left boot has torn out at the bottom, after eight months. Is that under "
            "warranty? Photo attached.",
            [zip_photo],
        ),
    )  # fmt: skip
    for client, department, minutes, subject, body, files in letters:
        scene = stage.scene(client, department)
        scene.then(stage.ago(minutes), scene.opens, subject, body, files=files)
        if department == "service":
            scene.then(stage.ago(minutes - 1), scene.goes_to, "ada")
