"""A press office works with Mastodon.py: logs in, posts a release with a picture, reads, changes and deletes it.
Run inside `world`."""

import os

import names  # noqa: F401  (its import is its effect)
from mastodon import Mastodon, MastodonNotFoundError
from picture import REMARK, png
from sign_in import authorize
from steps import finish, step

URL = os.environ["WORLD_URL"]
ACCOUNT = os.environ["WORLD_ACCOUNT"]
OOB = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = ["read", "write", "follow"]
RELEASE = """Das Freibad öffnet am 1. Mai: Große Becken, längere Öffnungszeiten.

Alle Preise: https://stadt.example/freibad?saison=2027&sprache=de

#Freibad #Sommerspaß"""


@step("Mastodon.py registers itself and logs in through the pages")
def client():
    client_id, client_secret = Mastodon.create_app(
        "Mastodon.py", scopes=SCOPES, redirect_uris=OOB, api_base_url=URL, website="https://client.example"
    )
    client = Mastodon(client_id=client_id, client_secret=client_secret, api_base_url=URL)
    code = authorize(client.auth_request_url(scopes=SCOPES, redirect_uris=OOB))
    client.log_in(code=code, scopes=SCOPES, redirect_uri=OOB)
    return client


@step("it knows whose account it holds and where")
def _who():
    me = client.account_verify_credentials()
    assert (me.username, me.acct, me.display_name) == (ACCOUNT, ACCOUNT, "Stadt Musterstadt"), me
    assert me.url == f"{URL}/@{ACCOUNT}", me.url
    instance = client.instance()
    assert "compatible" in instance.version, instance.version
    assert client.instance_v2().configuration.statuses.max_characters == 5000


@step("it uploads a picture with a description")
def media():
    media = client.media_post(png(), mime_type="image/png", description="Ein leeres Schwimmbecken in der Sonne")
    assert media.type == "image" and media.blurhash, media
    assert media.description == "Ein leeres Schwimmbecken in der Sonne"
    assert (media.meta.original.width, media.meta.original.height) == (640, 360)
    return media


@step("it posts a release with picture, hashtags and link")
def post():
    post = client.status_post(RELEASE, media_ids=[media], language="de", visibility="public")
    assert post.language == "de" and post.visibility == "public"
    assert {tag.name.lower() for tag in post.tags} == {"freibad", "sommerspaß"}, post.tags
    assert 'href="https://stadt.example/freibad?saison=2027&amp;sprache=de"' in post.content, post.content
    assert "Große Becken" in post.content and "<br" not in post.content.split("</p>")[0], post.content
    assert [item.id for item in post.media_attachments] == [media.id]
    return post


@step("it finds the post at home, on the account, by hashtag and in the public line")
def _find():
    me = client.me()
    for line in (
        client.timeline_home(),
        client.account_statuses(me.id),
        client.timeline_hashtag("freibad"),
        client.timeline_local(),
    ):
        assert [item.id for item in line][:1] == [post.id], line
    assert client.status(post.id).uri == post.uri
    assert client.status_source(post.id).text == RELEASE


@step("the picture can be fetched, without what the camera remarked")
def _picture():
    import requests

    for address in (media.url, media.preview_url):
        answer = requests.get(address)
        assert answer.ok and answer.headers["content-type"].startswith("image/"), address
        assert answer.headers.get("x-content-type-options") == "nosniff", answer.headers
        assert REMARK in png() and REMARK not in answer.content, address


@step("it changes the post, and the change is remembered")
def _change():
    changed = client.status_update(post.id, RELEASE.replace("1. Mai", "8. Mai"), media_ids=[media])
    assert "8. Mai" in changed.content and changed.edited_at is not None
    assert len(client.status_history(post.id)) == 2
    assert len(client.status(post.id).media_attachments) == 1


@step("it likes, keeps, pins and lets go")
def _marks():
    assert client.status_favourite(post.id).favourited
    assert [item.id for item in client.favourites()] == [post.id]
    assert not client.status_unfavourite(post.id).favourited
    assert client.status_bookmark(post.id).bookmarked
    assert [item.id for item in client.bookmarks()] == [post.id]
    assert client.status_pin(post.id).pinned
    assert not client.status_unpin(post.id).pinned


@step("it answers its own post, and both stand in a thread")
def _thread():
    answer = client.status_reply(client.status(post.id), "Nachtrag: Auch die Sauna öffnet.", language="de")
    thread = client.status_context(post.id)
    assert [item.id for item in thread.descendants] == [answer.id], thread
    assert [item.id for item in client.status_context(answer.id).ancestors] == [post.id]
    client.status_delete(answer.id)


@step("pages of a line join without a gap")
def _pages():
    made = [client.status_post(f"Meldung {number}", language="de").id for number in range(5)]
    first = client.account_statuses(client.me().id, limit=3)
    second = client.fetch_next(first)
    seen = [item.id for item in [*first, *second]]
    assert seen[:5] == made[::-1], (seen, made)
    assert [item.id for item in client.fetch_previous(second)] == [item.id for item in first]
    for number in made:
        client.status_delete(number)


@step("it reads notifications, searches, and keeps its place")
def _rest():
    assert client.notifications() == []
    assert any(account.acct == ACCOUNT for account in client.search(ACCOUNT).accounts)
    client.markers_set(["home"], [post.id])
    assert client.markers_get(["home"])["home"].last_read_id == post.id
    client.preferences()
    client.filters_v2()
    client.lists()
    client.custom_emojis()
    client.announcements()
    client.conversations()


@step("it deletes the post and gets its text back")
def _delete():
    deleted = client.status_delete(post.id)
    assert "8. Mai" in deleted.text, deleted
    try:
        client.status(post.id)
    except MastodonNotFoundError:
        return
    raise AssertionError("the post is still there")


@step("a revoked token opens nothing")
def _revoke():
    from mastodon import MastodonUnauthorizedError

    token = client.access_token
    client.revoke_access_token()
    try:
        Mastodon(access_token=token, api_base_url=URL).account_verify_credentials()
    except MastodonUnauthorizedError:
        return
    raise AssertionError("the token still works")


finish()
