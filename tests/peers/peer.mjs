// A small server on Fedify: an independent ActivityPub implementation that takes nothing unsigned. It speaks TLS to the
// world and plain HTTP, on loopback, to the script that drives it:
//
//   GET  /received               every activity that its inboxes took, oldest first
//   GET  /followers              who follows its one account
//   POST /follow HANDLE          /like URI  /announce URI  /undo ID  /reply URI\nTEXT
//
// WORLD_PEER names its host, WORLD_PEER_LISTEN where it listens, WORLD_PEER_CONTROL the address of the plain door,
// WORLD_FOLDER where its certificate lies and its keys are kept, WORLD_PEER_KNOCK the scheme of its first signature;
// where WORLD_SECURE is set, it shows nothing to whoever does not sign.

import { createFederation, exportJwk, generateCryptoKeyPair, importJwk, MemoryKvStore } from '@fedify/fedify';
import { Accept, Activity, Announce, Create, Endpoints, Follow, Like, Note, Person, PUBLIC_COLLECTION, Undo } from '@fedify/vocab';
import { Temporal } from '@js-temporal/polyfill';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';

const { WORLD_PEER, WORLD_PEER_LISTEN, WORLD_PEER_CONTROL, WORLD_FOLDER } = process.env;
const NAME = 'rita';
const ORIGIN = `https://${WORLD_PEER}`;
const KEYS = `${WORLD_FOLDER}/peer-keys.json`;

const received = [];
const followers = new Map();
const sent = new Map();
const notes = new Map();

const federation = createFederation({
  kv: new MemoryKvStore(),
  allowPrivateAddress: true,
  firstKnock: process.env.WORLD_PEER_KNOCK ?? 'draft-cavage-http-signatures-12',
  origin: ORIGIN,
});

/** RSA for the servers of today and Ed25519 beside it, kept so that a restart is no change of keys. */
async function keyPairs() {
  if (!existsSync(KEYS)) {
    const pairs = [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5'), await generateCryptoKeyPair('Ed25519')];
    const jwks = await Promise.all(
      pairs.map(async (pair) => ({ publicKey: await exportJwk(pair.publicKey), privateKey: await exportJwk(pair.privateKey) })),
    );
    writeFileSync(KEYS, JSON.stringify(jwks));
  }
  const jwks = JSON.parse(readFileSync(KEYS, 'utf8'));
  return Promise.all(
    jwks.map(async (pair) => ({
      publicKey: await importJwk(pair.publicKey, 'public'),
      privateKey: await importJwk(pair.privateKey, 'private'),
    })),
  );
}

federation
  .setActorDispatcher('/users/{identifier}', async (context, identifier) => {
    if (identifier !== NAME) return null;
    const keys = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: 'Rita from the peer',
      summary: 'A real account on another server.',
      url: new URL(`/@${identifier}`, ORIGIN),
      inbox: context.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      followers: context.getFollowersUri(identifier),
      publicKey: keys[0].cryptographicKey,
      assertionMethods: keys.map((key) => key.multikey),
    });
  })
  .setKeyPairsDispatcher((_context, identifier) => (identifier === NAME ? keyPairs() : []))
  .authorize(maySee);

federation
  .setFollowersDispatcher('/users/{identifier}/followers', (_context, identifier) =>
    identifier === NAME ? { items: [...followers.values()] } : null,
  )
  .authorize(maySee);

federation
  .setObjectDispatcher(Note, '/users/{identifier}/statuses/{number}', (_context, { number }) => notes.get(number) ?? null)
  .authorize(maySee);

/** Whether whoever asks may see anything. */
async function maySee(context) {
  return !process.env.WORLD_SECURE || (await context.getSignedKeyOwner()) !== null;
}

federation.setInboxListeners('/users/{identifier}/inbox', '/inbox').on(Activity, async (context, activity) => {
  received.push(await activity.toJsonLd({ contextLoader: context.contextLoader }));
  if (activity instanceof Follow) {
    const follower = await activity.getActor(await signed(context));
    followers.set(follower.id.href, follower);
    const accept = new Accept({ id: newId('accepts'), actor: context.getActorUri(NAME), object: activity });
    await context.sendActivity({ identifier: NAME }, follower, accept);
  }
});

let made = 0;
function newId(kind) {
  made += 1;
  return new URL(`/users/${NAME}/${kind}/${process.pid}-${made}`, ORIGIN);
}

/** Sends an activity signed as the account, at once, and fails if the other side refuses. */
async function send(context, recipient, activity) {
  await context.sendActivity({ identifier: NAME }, recipient, activity, { immediate: true });
  sent.set(activity.id.href, { activity, recipient });
  return activity.id.href;
}

/** Documents of others, asked for as the account. */
const signed = async (context) => ({
  documentLoader: await context.getDocumentLoader({ identifier: NAME }),
  contextLoader: context.contextLoader,
});

async function look(context, what) {
  const found = await context.lookupObject(what, await signed(context));
  if (found === null) throw new Error(`${what} cannot be read`);
  return found;
}

/** Reads a post and its author. */
async function lookAtPost(context, uri) {
  const post = await look(context, uri);
  const author = await post.getAttribution(await signed(context));
  return { post, author };
}

const orders = {
  async follow(context, handle) {
    const actor = await look(context, handle);
    return send(context, actor, new Follow({ id: newId('follows'), actor: context.getActorUri(NAME), object: actor.id }));
  },

  async like(context, uri) {
    const { post, author } = await lookAtPost(context, uri);
    return send(context, author, new Like({ id: newId('likes'), actor: context.getActorUri(NAME), object: post.id }));
  },

  async announce(context, uri) {
    const { post, author } = await lookAtPost(context, uri);
    const announce = new Announce({
      id: newId('announces'),
      actor: context.getActorUri(NAME),
      object: post.id,
      to: PUBLIC_COLLECTION,
      ccs: [context.getFollowersUri(NAME), author.id],
    });
    return send(context, author, announce);
  },

  async undo(context, id) {
    const { activity, recipient } = sent.get(id);
    return send(context, recipient, new Undo({ id: newId('undos'), actor: context.getActorUri(NAME), object: activity }));
  },

  async reply(context, order) {
    const [uri, text] = order.split('\n');
    const { post, author } = await lookAtPost(context, uri);
    const number = `${process.pid}-${made}`;
    const note = new Note({
      id: new URL(`/users/${NAME}/statuses/${number}`, ORIGIN),
      attribution: context.getActorUri(NAME),
      content: `<p>${text}</p>`,
      replyTarget: post.id,
      published: Temporal.Now.instant(),
      to: PUBLIC_COLLECTION,
      ccs: [context.getFollowersUri(NAME), author.id],
    });
    notes.set(number, note);
    const create = new Create({
      id: newId('creates'),
      actor: context.getActorUri(NAME),
      object: note,
      to: PUBLIC_COLLECTION,
      ccs: [context.getFollowersUri(NAME), author.id],
    });
    return send(context, author, create);
  },
};

/** Reads the whole body of a request. */
async function bodyOf(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function answerWorld(incoming, outgoing) {
  const body = await bodyOf(incoming);
  const request = new Request(new URL(incoming.url, ORIGIN), {
    method: incoming.method,
    headers: Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':')),
    body: body.length > 0 ? body : undefined,
  });
  const response = await federation.fetch(request, { contextData: undefined });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function answerDriver(incoming, outgoing) {
  const name = incoming.url.slice(1);
  if (name === 'received') return outgoing.end(JSON.stringify(received));
  if (name === 'followers') return outgoing.end(JSON.stringify([...followers.keys()]));

  const context = federation.createContext(new URL(ORIGIN), undefined);
  outgoing.end(JSON.stringify(await orders[name](context, (await bodyOf(incoming)).toString())));
}

/** What goes wrong is the answer, so that the driver can show it. */
const guarded = (handle) => (incoming, outgoing) =>
  handle(incoming, outgoing).catch((error) => {
    console.error(error);
    if (!outgoing.headersSent) outgoing.writeHead(500);
    outgoing.end(String(error?.stack ?? error));
  });

const identity = { cert: readFileSync(`${WORLD_FOLDER}/peer.pem`), key: readFileSync(`${WORLD_FOLDER}/peer.key`) };
const [host, port] = WORLD_PEER_LISTEN.split(':');
const [controlHost, controlPort] = WORLD_PEER_CONTROL.split(':');
createServer(identity, guarded(answerWorld)).listen(Number(port), host, () => {
  createPlainServer(guarded(answerDriver)).listen(Number(controlPort), controlHost, () => console.log('ready'));
});
