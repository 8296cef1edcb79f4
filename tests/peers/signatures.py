"""Signatures as somebody else makes and checks them: apsig, after draft-cavage, RFC 9421 and FEP-8b32, in both directions.

Run inside `world`. Tom and Uma live on one small server that speaks TLS to the city; the city's answers are read from its
plain door.
"""

import base64
import copy
import hashlib
import http.client
import json
import os
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from apsig.draft.sign import Signer
from apsig.draft.verify import Verifier
from apsig.proof.sign import ProofSigner
from apsig.proof.verify import ProofVerifier
from apsig.rfc9421 import RFC9421Signer, RFC9421Verifier
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from multiformats import multibase, multicodec

sys.path.insert(0, str(Path(__file__).parents[1] / "clients"))
from steps import finish, step  # noqa: E402

CITY = urllib.parse.urlsplit(os.environ["WORLD_URL"]).netloc
ALICE = f"{os.environ['WORLD_URL']}/users/{os.environ['WORLD_ACCOUNT']}"
PEER = os.environ["WORLD_PEER"]
ACTIVITY = "application/activity+json"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"]

arrivals = []
wants_9421 = threading.Event()


class Person:
    """Somebody on our server, with a key for requests and one for documents."""

    def __init__(self, name):
        self.uri = f"https://{PEER}/users/{name}"
        self.name = name
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ed25519 = ed25519.Ed25519PrivateKey.generate()
        self.key_id = f"{self.uri}#main-key"

    def document(self):
        public = self.rsa.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        raw = self.ed25519.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        multikey = multibase.encode(multicodec.wrap("ed25519-pub", raw), "base58btc")
        return {
            "@context": CONTEXT,
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": f"{self.uri}/followers",
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": public.decode()},
            "assertionMethod": [
                {
                    "id": f"{self.uri}#ed25519-key",
                    "type": "Multikey",
                    "controller": self.uri,
                    "publicKeyMultibase": multikey,
                }
            ],
        }

    def activity(self, kind, number, about):
        return {
            "@context": CONTEXT,
            "id": f"{self.uri}/{kind.lower()}s/{number}",
            "type": kind,
            "actor": self.uri,
            "object": about,
        }

    def prove(self, activity):
        options = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": f"{self.uri}#ed25519-key",
            "proofPurpose": "assertionMethod",
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        return ProofSigner(self.ed25519).sign(activity, options)

    def post_by_cavage(self, activity):
        body = json.dumps(activity).encode()
        signer = Signer({"Content-Type": ACTIVITY}, self.rsa, "POST", f"https://{CITY}/inbox", self.key_id, body)
        return post(body, without_authorization(signer.sign()))

    def post_by_9421(self, activity):
        body = json.dumps(activity).encode()
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
        signer = RFC9421Signer(self.rsa, self.key_id)
        signer.sign_headers = ["@method", "@path", "@authority", "content-digest"]
        headers = signer.sign("POST", "/inbox", CITY, {"content-digest": digest, "content-type": ACTIVITY}, body)
        # It writes a digest of its own into the header, in a form of its own.
        return post(body, {**headers, "content-digest": digest})


tom, uma = Person("tom"), Person("uma")
people = {person.name: person for person in (tom, uma)}


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/.well-known/webfinger":
            resource = urllib.parse.parse_qs(address.query)["resource"][0]
            person = people[resource.removeprefix("acct:").split("@")[0]]
            link = {"rel": "self", "type": ACTIVITY, "href": person.uri}
            return self.answer(200, {"subject": resource, "links": [link]}, "application/jrd+json")
        person = people.get(address.path.removeprefix("/users/"))
        return self.answer(200, person.document(), ACTIVITY) if person else self.answer(404, {}, ACTIVITY)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        arrivals.append((self.path, headers, body))
        refused = wants_9421.is_set() and "signature-input" not in headers
        self.answer(401 if refused else 202, {}, ACTIVITY)

    def answer(self, status, document, kind):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


def plain(method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(os.environ["WORLD_PLAIN"], timeout=30)
    connection.request(method, path, body, {"Host": CITY, **(headers or {})})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


def without_authorization(headers):
    """It writes the signature into a second header, which nobody needs."""
    return {name: value for name, value in headers.items() if name != "Authorization"}


def post(body, headers):
    return plain("POST", "/inbox", body, {name: value for name, value in headers.items() if name != "host"})[0]


def api(method, path, form=None):
    headers = {"Authorization": f"Bearer {os.environ['WORLD_TOKEN']}", "Content-Type": "application/json"}
    status, text = plain(method, path, json.dumps(form) if form else None, headers)
    assert status == 200, (status, text)
    return json.loads(text)


def eventually(look):
    """What `look` gives once it gives something."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it has not come")


def arrived(kind, has=lambda headers: True):
    """The first activity of that kind that came with such headers, with its path and headers."""

    def look():
        for path, headers, body in list(arrivals):
            if json.loads(body)["type"] == kind and has(headers):
                return path, headers, body
        return None

    return eventually(look)


def city():
    """The city's account, as it shows itself."""
    return json.loads(plain("GET", urllib.parse.urlsplit(ALICE).path, headers={"Accept": ACTIVITY})[1])


def favourites(post):
    return api("GET", f"/api/v1/statuses/{post['id']}")["favourites_count"]


tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(f"{os.environ['WORLD_FOLDER']}/peer.pem", f"{os.environ['WORLD_FOLDER']}/peer.key")
host, port = os.environ["WORLD_PEER_LISTEN"].split(":")
server = ThreadingHTTPServer((host, int(port)), Server)
server.socket = tls.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()


@step("draft-cavage: what they sign is taken, and what somebody else signs is not")
def follow():
    follow = tom.activity("Follow", 1, ALICE)
    # Dropped without a word: whoever passes something on is told nothing.
    assert uma.post_by_cavage({**follow, "id": f"{tom.uri}/follows/0"}) == 202
    body = json.dumps(follow).encode()
    by_uma = Signer({"Content-Type": ACTIVITY}, uma.rsa, "POST", f"https://{CITY}/inbox", tom.key_id, body)
    assert post(body, without_authorization(by_uma.sign())) == 401
    assert tom.post_by_cavage(follow) == 202
    return follow


@step("draft-cavage: what we sign is good by their measure")
def accepted():
    path, headers, body = arrived("Accept")
    verifier = Verifier(city()["publicKey"]["publicKeyPem"], "POST", f"https://{PEER}{path}", headers, body)
    assert verifier.verify(raise_on_fail=True) == city()["publicKey"]["id"]
    accepted = json.loads(body)
    assert accepted["object"]["id"] == follow["id"], "only the follow that tom signed was accepted"
    return accepted


@step("FEP-8b32: our proofs are good by their measure, as long as nothing is changed")
def _():
    [key] = city()["assertionMethod"]

    def check(document):
        """As ProofVerifier.verify_proof, whose comparison of contexts knows none that is written out."""
        document = copy.deepcopy(document)
        proof = document.pop("proof")
        signature = multibase.decode(proof.pop("proofValue"))
        verifier = ProofVerifier(key["publicKeyMultibase"])
        hashes = verifier.hashing(verifier.transform(document, proof), verifier.canonicalize(proof))
        verifier.verify_signature(signature, hashes)
        return proof

    proof = check(accepted)
    assert proof["verificationMethod"] == key["id"] and proof["@context"] == accepted["@context"]
    try:
        check({**accepted, "type": "Reject"})
    except InvalidSignature:
        return
    raise AssertionError("a changed document passes")


@step("RFC 9421: what we sign is good by their measure, once they ask for it")
def status():
    wants_9421.set()
    status = api("POST", "/api/v1/statuses", {"status": "Guten Morgen"})
    path, headers, body = arrived("Create", lambda headers: "signature-input" in headers)
    wants_9421.clear()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert f"sha-256=:{digest}:" in headers["content-digest"]
    # It has no name for the whole address, and takes what it does not know from the headers.
    seen = {**headers, "@target-uri": f"https://{PEER}{path}"}
    public = serialization.load_pem_public_key(city()["publicKey"]["publicKeyPem"].encode())
    verifier = RFC9421Verifier(public, "POST", path, PEER, seen, body)
    assert verifier.verify(raise_on_fail=True) == city()["publicKey"]["id"]
    return status


@step("RFC 9421: what they sign is taken")
def _():
    assert tom.post_by_9421(tom.activity("Like", 1, status["uri"])) == 202
    eventually(lambda: favourites(status) == 1)


@step("FEP-8b32: what they prove is taken from whoever brings it, unless it was changed")
def _():
    second = api("POST", "/api/v1/statuses", {"status": "Guten Abend"})
    like = tom.prove(tom.activity("Like", 2, second["uri"]))
    assert uma.post_by_cavage({**like, "id": f"{tom.uri}/likes/3"}) == 202
    assert uma.post_by_cavage(tom.activity("Like", 4, second["uri"])) == 202
    # Something of uma's own comes last, so that what was to be dropped had its time.
    assert uma.post_by_cavage(uma.activity("Like", 1, status["uri"])) == 202
    eventually(lambda: favourites(status) == 2)
    assert favourites(second) == 0
    assert uma.post_by_cavage(like) == 202
    eventually(lambda: favourites(second) == 1)


finish()
