"""A data portal reads the catalogue of open data and checks it by the rules of DCAT-AP.de. Run inside `world --past`.

OPEN_DATA_SHAPES may name further files of shapes, such as those that GovData publishes."""

import os
from pathlib import Path

import names  # noqa: F401  (its import is its effect)
import pyshacl
import requests
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef
from rdflib.compare import isomorphic
from steps import finish, step

URL = os.environ["WORLD_URL"]
SHAPES = Path(__file__).with_name("open_data.shapes.ttl")


def read(name, kind):
    answer = requests.get(f"{URL}/open-data/{name}", timeout=30)
    answer.raise_for_status()
    return Graph().parse(data=answer.text, format=kind)


@step("the catalogue says the same as Turtle and as JSON-LD")
def catalogue():
    turtle = read("catalog.ttl", "turtle")
    assert isomorphic(turtle, read("catalog.jsonld", "json-ld"))
    return turtle


@step("it keeps the rules")
def _rules():
    shapes = Graph().parse(SHAPES)
    for further in os.environ.get("OPEN_DATA_SHAPES", "").split():
        shapes.parse(further)
    keeps, _, text = pyshacl.validate(catalogue, shacl_graph=shapes, advanced=True)
    assert keeps, text


@step("the rules notice what is missing")
def _missing():
    shapes = Graph().parse(SHAPES)
    for path in [DCTERMS.publisher, DCTERMS.license, DCAT.accessURL, DCAT.theme, DCAT.startDate]:
        broken = Graph()
        broken += catalogue
        broken.remove((None, path, None))
        keeps, _, _ = pyshacl.validate(broken, shacl_graph=shapes, advanced=True)
        assert not keeps, path


@step("every file of the catalogue is there, and its columns are those that the package describes")
def _files():
    package = requests.get(f"{URL}/open-data/datapackage.json", timeout=30).json()
    files = list(catalogue.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == 2 * len(package["resources"]), (len(files), len(package["resources"]))
    columns = [field["name"] for field in package["resources"][0]["schema"]["fields"]]
    for file in files[:6]:
        answer = requests.get(str(file), timeout=30)
        answer.raise_for_status()
        if URIRef(str(file)).endswith(".csv"):
            assert answer.text.splitlines()[0].split(",") == columns, answer.text[:200]


finish()
