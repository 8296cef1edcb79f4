// A real peer meets the city: it follows, reads, likes, shares and answers, and is told of changes and deletions.
// Run inside `world`.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { eventually, finish, step } from '../steps.mjs';

const { WORLD_URL, WORLD_TOKEN, WORLD_ACCOUNT, WORLD_PEER, WORLD_FOLDER, WORLD_SECURE } = process.env;
const CITY = new URL(WORLD_URL).host;
const ACTOR = `${WORLD_URL}/users/${WORLD_ACCOUNT}`;
const RITA = `https://${WORLD_PEER}/users/rita`;
const ACTIVITY = 'application/activity+json';

const control = await freeAddress();
let peer;

async function freeAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

async function startPeer(knock) {
  const script = new URL('./peer.mjs', import.meta.url).pathname;
  const names = new URL('../names.mjs', import.meta.url).pathname;
  peer = spawn(process.execPath, ['--import', names, script], {
    env: { ...process.env, WORLD_PEER_CONTROL: control, WORLD_PEER_KNOCK: knock },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([once(peer.stdout, 'data'), once(peer, 'exit')]);
  assert.match(String(line), /ready/);
}

async function stopPeer() {
  const gone = once(peer, 'exit');
  peer.kill();
  await gone;
}

process.on('exit', () => peer?.kill());

/** Orders something of the peer, or asks it. */
async function ask(name, order) {
  const response = await fetch(`http://${control}/${name}`, order === undefined ? {} : { method: 'POST', body: order });
  const text = await response.text();
  assert.equal(response.status, 200, `the peer could not ${name}: ${text}`);
  return JSON.parse(text);
}

/** Asks the Mastodon API as the account. */
async function api(method, path, body) {
  const response = await fetch(`${WORLD_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${WORLD_TOKEN}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** The peer's first received activity of a kind that `fits`. */
function received(kind, fits = () => true) {
  return eventually(`${kind} reaches the peer`, async () =>
    (await ask('received')).find((one) => one.type === kind && fits(one)),
  );
}

/** The first notification of a type from the peer's account. */
function notified(type, fits = () => true) {
  return eventually(`a ${type} notification`, async () =>
    (await api('GET', '/api/v1/notifications')).find(
      (one) => one.type === type && one.account.acct === `rita@${WORLD_PEER}` && fits(one),
    ),
  );
}

const plain = (html) => html.replace(/<[^>]*>/g, '');
const idOf = (value) => (typeof value === 'string' ? value : value?.id);

await step('the city has an actor with a key', () =>
  eventually('the actor is readable', async () => {
    const response = await fetch(ACTOR, { headers: { accept: ACTIVITY } });
    const actor = await response.json();
    assert.match(actor.publicKey.publicKeyPem, /BEGIN PUBLIC KEY/);
    return actor.id === ACTOR;
  }),
);

await step('the peer starts', () => startPeer('draft-cavage-http-signatures-12'));

await step('the peer follows the account by its handle and is accepted', async () => {
  const follow = await ask('follow', `@${WORLD_ACCOUNT}@${CITY}`);
  const accept = await received('Accept', (one) => idOf(one.object) === follow);
  assert.equal(idOf(accept.actor), ACTOR);
  await notified('follow');
  const account = await api('GET', '/api/v1/accounts/verify_credentials');
  assert.equal(account.followers_count, 1);
});

const post = await step('a post reaches the peer', async () => {
  const made = await api('POST', '/api/v1/statuses', {
    status: 'Das Freibad öffnet am 1. Mai. #Freibad',
    visibility: 'public',
    language: 'de',
  });
  const create = await received('Create', (one) => idOf(one.object) === made.uri);
  assert.equal(idOf(create.actor), ACTOR);
  assert.match(plain(create.object.content), /Das Freibad öffnet am 1\. Mai\./);
  return made;
});

await step('the peer likes the post', async () => {
  await ask('like', post.uri);
  const note = await notified('favourite');
  assert.equal(note.status.id, post.id);
  assert.equal((await api('GET', `/api/v1/statuses/${post.id}`)).favourites_count, 1);
});

await step('the peer shares the post', async () => {
  await ask('announce', post.uri);
  const note = await notified('reblog');
  assert.equal(note.status.id, post.id);
  assert.equal((await api('GET', `/api/v1/statuses/${post.id}`)).reblogs_count, 1);
});

const answer = await step('the peer answers, and the answer stands in the thread', async () => {
  const text = 'Gibt es auch Abendkarten?';
  await ask('reply', `${post.uri}\n${text}`);
  const found = await eventually('the answer is in the thread', async () => {
    const { descendants } = await api('GET', `/api/v1/statuses/${post.id}/context`);
    return descendants.find((one) => plain(one.content) === text);
  });
  assert.equal(found.account.acct, `rita@${WORLD_PEER}`);
  assert.equal(found.in_reply_to_id, post.id);
  return found;
});

await step('the city answers back', async () => {
  const made = await api('POST', '/api/v1/statuses', {
    status: `@rita@${WORLD_PEER} Ja, ab 17 Uhr.`,
    in_reply_to_id: answer.id,
    visibility: 'public',
  });
  const create = await received('Create', (one) => idOf(one.object) === made.uri);
  assert.equal(create.object.inReplyTo, answer.uri);
  assert.ok([create.object.tag].flat().some((tag) => tag?.type === 'Mention' && tag.href === RITA));
});

await step('a change reaches the peer', async () => {
  await api('PUT', `/api/v1/statuses/${post.id}`, { status: 'Das Freibad öffnet erst am 8. Mai. #Freibad', language: 'de' });
  const update = await received('Update', (one) => idOf(one.object) === post.uri);
  assert.match(plain(update.object.content), /erst am 8\. Mai/);
});

await step('a Like is taken back', async () => {
  const second = await api('POST', '/api/v1/statuses', { status: 'Zweite Meldung', visibility: 'public' });
  const like = await ask('like', second.uri);
  const count = async () => (await api('GET', `/api/v1/statuses/${second.id}`)).favourites_count;
  await eventually('the Like counts', async () => (await count()) === 1);
  await ask('undo', like);
  await eventually('the Like is gone', async () => (await count()) === 0);
});

await step('a deletion reaches the peer', async () => {
  await api('DELETE', `/api/v1/statuses/${post.id}`);
  await received('Delete', (one) => idOf(one.object) === post.uri);
  const response = await fetch(post.uri, { headers: { accept: ACTIVITY } });
  assert.equal(response.status, WORLD_SECURE ? 401 : 410);
});

await step('each activity reached the peer once', async () => {
  const ids = (await ask('received')).map((one) => one.id);
  assert.deepEqual(ids, [...new Set(ids)]);
});

const unsigned = (actor, object) => ({
  method: 'POST',
  headers: { 'content-type': ACTIVITY },
  body: JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', id: `${actor}/x/1`, type: 'Like', actor, object }),
});
const garbled = (actor, object) => {
  const request = unsigned(actor, object);
  const fields = `keyId="${actor}#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest"`;
  Object.assign(request.headers, {
    date: new Date().toUTCString(),
    digest: 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    signature: `${fields},signature="${Buffer.alloc(256, 7).toString('base64')}"`,
  });
  return request;
};

await step('the peer refuses what is unsigned or signed with garbage', async () => {
  assert.equal((await fetch(`https://${WORLD_PEER}/inbox`, unsigned(ACTOR, RITA))).status, 401);
  assert.equal((await fetch(`https://${WORLD_PEER}/inbox`, garbled(ACTOR, RITA))).status, 401);
});

if (WORLD_SECURE) {
  await step('neither shows anything to who does not sign', async () => {
    const read = async (address) => (await fetch(address, { headers: { accept: ACTIVITY } })).status;
    assert.deepEqual(await Promise.all([RITA, `${ACTOR}/outbox`, `${ACTOR}/followers`].map(read)), [401, 401, 401]);
  });
}

await step('so does the city', async () => {
  for (const inbox of [`${WORLD_URL}/inbox`, `${ACTOR}/inbox`]) {
    assert.equal((await fetch(inbox, unsigned(RITA, ACTOR))).status, 401);
    assert.equal((await fetch(inbox, garbled(RITA, ACTOR))).status, 401);
  }
});

await step('the peer starts again with its keys and knocks with RFC 9421', async () => {
  await stopPeer();
  await startPeer('rfc9421');
  const third = await api('POST', '/api/v1/statuses', { status: 'Dritte Meldung', visibility: 'public' });
  await ask('like', third.uri);
  await eventually('the Like counts', async () => (await api('GET', `/api/v1/statuses/${third.id}`)).favourites_count === 1);
});

await step('the account follows the peer and is accepted', async () => {
  const [found] = await api('GET', `/api/v1/accounts/search?q=${encodeURIComponent(`rita@${WORLD_PEER}`)}&resolve=true`);
  assert.equal(found?.acct, `rita@${WORLD_PEER}`);
  await api('POST', `/api/v1/accounts/${found.id}/follow`);
  const follow = await received('Follow');
  assert.equal(idOf(follow.object), RITA);
  await eventually('the follow is accepted', async () => {
    const [relationship] = await api('GET', `/api/v1/accounts/relationships?id[]=${found.id}`);
    return relationship.following;
  });
});

finish();
