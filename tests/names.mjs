// Preloaded (`node --import`): connections to the names in WORLD_NAMES go to the address given there, so that a test
// needs neither a name server nor /etc/hosts. Certificates are still checked against the name.

import { createRequire } from 'node:module';

const tls = createRequire(import.meta.url)('node:tls');
const addresses = JSON.parse(process.env.WORLD_NAMES ?? '{}');
const connect = tls.connect;

tls.connect = (...all) => {
  const [first, ...rest] = all;
  const target = typeof first === 'object' ? addresses[first.servername ?? first.host] ?? addresses[first.host] : undefined;
  if (target === undefined) return connect(...all);

  const [host, port] = target.split(':');
  const servername = first.servername || first.host;
  return connect({ ...first, host, port: Number(port), servername }, ...rest);
};
