// The sample objects of fediverse-pasture-inputs, each as a post of somebody whom the account follows: none is answered
// with a fault, none holds up what comes after it, and what is shown of each is what tests/fixtures/federation/pasture.txt
// says. `PASTURE=write` writes that file anew. Run inside `world` with the file of samples as its argument.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { eventually, finish, step } from '../steps.mjs';

const { WORLD_URL, WORLD_TOKEN, WORLD_ACCOUNT, WORLD_PEER, WORLD_PEER_LISTEN, WORLD_FOLDER } = process.env;
const HOME = `https://${WORLD_PEER}`;
const COW = `${HOME}/actor`;
const CITY = new URL(WORLD_URL).host;
const OURS = `${WORLD_URL}/users/${WORLD_ACCOUNT}`;
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const ACTIVITY = 'application/activity+json';
const OUTCOMES = new URL('../fixtures/federation/pasture.txt', import.meta.url);

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const received = [];

const actor = {
  '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
  id: COW,
  type: 'Person',
  preferredUsername: 'actor',
  name: 'Kuh',
  inbox: `${HOME}/inbox`,
  followers: `${HOME}/followers`,
  publicKey: { id: `${COW}#key`, owner: COW, publicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }) },
};
const finger = {
  subject: `acct:actor@${WORLD_PEER}`,
  links: [{ rel: 'self', type: ACTIVITY, href: COW }],
};

/** What the samples' server answers: its actor, its handle, and one post that some samples answer or quote. */
function answer(request, response) {
  const shown = {
    '/actor': [ACTIVITY, actor],
    '/.well-known/webfinger': ['application/jrd+json', finger],
    '/assets/note1.jsonap': [ACTIVITY, note('/assets/note1.jsonap', { content: 'the first note' })],
  };
  const found = request.method === 'GET' && shown[new URL(request.url, HOME).pathname];
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => {
    if (request.method === 'POST') received.push(JSON.parse(body));
    const status = request.method === 'POST' ? 202 : found ? 200 : 404;
    response.writeHead(status, { 'content-type': found ? found[0] : 'text/plain' });
    response.end(found ? JSON.stringify(found[1]) : '');
  });
}

function note(path, properties) {
  const object = { type: 'Note', id: HOME + path, attributedTo: COW, to: [PUBLIC], published: new Date().toISOString(), ...properties };
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

function activity(type, object, more = {}) {
  const id = `${HOME}/activities/${received.length}-${Math.random().toString(36).slice(2)}`;
  return { '@context': 'https://www.w3.org/ns/activitystreams', id, type, actor: COW, to: [PUBLIC], object, ...more };
}

/** Sends an activity to the shared inbox; gives the status. */
async function send(document) {
  const body = JSON.stringify(document);
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
  const date = new Date().toUTCString();
  const text = `(request-target): post /inbox\nhost: ${CITY}\ndate: ${date}\ndigest: ${digest}`;
  const signature = sign('sha256', Buffer.from(text), keys.privateKey).toString('base64');
  const response = await fetch(`${WORLD_URL}/inbox`, {
    method: 'POST',
    headers: {
      date,
      digest,
      'content-type': ACTIVITY,
      signature: `keyId="${COW}#key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${signature}"`,
    },
    body,
  });
  return response.status;
}

async function api(method, path) {
  const response = await fetch(`${WORLD_URL}${path}`, { method, headers: { authorization: `Bearer ${WORLD_TOKEN}` } });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** All posts of an account, by their addresses. */
async function postsOf(account) {
  const posts = new Map();
  for (let last = '', page = [null]; page.length; last = page.at(-1)?.id) {
    page = await api('GET', `/api/v1/accounts/${account}/statuses?limit=40${last && `&max_id=${last}`}`);
    for (const post of page) posts.set(post.uri, post);
  }
  return posts;
}

const arrivalOf = (type) => eventually(`${type} comes`, () => received.find((one) => one.type === type));

/** The samples, with this server in the place of theirs. */
function samples() {
  const text = readFileSync(process.argv[2], 'utf8').replaceAll('http://pasture-one-actor', HOME);
  return JSON.parse(text.replaceAll('test_server', CITY));
}

/** What programs are shown of a post, in a line. */
function shown(post) {
  const { content, spoiler_text, sensitive, visibility, language } = post;
  const line = { content };
  if (spoiler_text) line.warning = spoiler_text;
  if (sensitive) line.sensitive = true;
  if (visibility !== 'public') line.visibility = visibility;
  if (language) line.language = language;
  if (post.in_reply_to_id) line.answers = true;
  if (post.mentions.length) line.mentions = post.mentions.map((one) => one.acct);
  if (post.tags.length) line.tags = post.tags.map((one) => one.name);
  if (post.media_attachments.length) line.files = post.media_attachments.map((one) => [one.type, one.description]);
  if (post.poll) line.poll = post.poll.options.map((one) => one.title);
  return JSON.stringify(line);
}

const ELEMENTS = /^\/?(p|br|span|a|del|s|pre|blockquote|code|b|strong|u|i|em|ul|ol|li|ruby|rt|rp)$/;
const ATTRIBUTES = /^( (href="https?:[^"]*"|(class|rel|target|translate|lang|start|reversed|value)="[^"]*"))*$/;

function assertHarmless(html, name) {
  for (const [, element, attributes] of html.matchAll(/<(\/?[^\s>]*)([^>]*)>/g)) {
    assert.match(element, ELEMENTS, `${name}: ${html}`);
    assert.match(attributes, ATTRIBUTES, `${name}: ${html}`);
  }
}

const [address, port] = WORLD_PEER_LISTEN.split(/:(?=\d+$)/);
const server = createServer(
  { cert: readFileSync(`${WORLD_FOLDER}/peer.pem`), key: readFileSync(`${WORLD_FOLDER}/peer.key`) },
  answer,
).listen(Number(port), address);
await once(server, 'listening');

const cow = await step('the account follows the one who sends the samples', async () => {
  const found = await api('GET', `/api/v2/search?type=accounts&resolve=true&q=@actor@${WORLD_PEER}`);
  const { id } = found.accounts[0];
  await api('POST', `/api/v1/accounts/${id}/follow`);
  const follow = await arrivalOf('Follow');
  assert.equal(await send(activity('Accept', follow)), 202);
  await eventually('the follow counts', async () => (await api('GET', `/api/v1/accounts/relationships?id=${id}`))[0].following);
  return id;
});

const sent = await step('none of the samples is answered with a fault', async () => {
  const sent = [];
  for (const [index, [name, properties]] of samples().entries()) {
    const status = await send(activity('Create', note(`/objects/${index + 1}`, properties)));
    assert.ok(status < 500, `${name} is answered ${status}`);
    sent.push({ name, status, uri: properties.id ?? `${HOME}/objects/${index + 1}` });
  }
  assert.ok(sent.length > 200, `${sent.length}`);
  return sent;
});

await step('none of them holds up what comes after', async () => {
  assert.equal(await send(activity('Follow', OURS)), 202);
  await arrivalOf('Accept');
});

const outcomes = await step('what is shown of them is harmless', async () => {
  // What others answer is fetched apart, and may come last.
  const posts = await eventually('the post that others answer is there', async () => {
    const posts = await postsOf(cow);
    return posts.has(`${HOME}/assets/note1.jsonap`) && posts;
  });
  return sent.map(({ name, status, uri }) => {
    const post = posts.get(uri);
    if (post) assertHarmless(post.content, name);
    return `${name}: ${status} ${post ? shown(post) : '-'}\n`;
  });
});

await step('it is what is written down', () => {
  const head = '# What becomes of the samples of fediverse-pasture-inputs: see tests/peers/pasture.mjs.\n\n';
  if (process.env.PASTURE === 'write') writeFileSync(OUTCOMES, head + outcomes.join(''));
  assert.equal(head + outcomes.join(''), readFileSync(OUTCOMES, 'utf8'));
});

finish();
