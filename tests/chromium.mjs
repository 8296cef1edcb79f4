// Debian's Chromium, which reaches the names of WORLD_NAMES and nothing else, and trusts the authority of the tests.

import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Starts the browser; its home, and so what it trusts, is a folder of its own. */
export async function launch() {
  const home = `${process.env.WORLD_FOLDER}/chromium-home`;
  const store = `${home}/.pki/nssdb`;
  mkdirSync(store, { recursive: true });
  const certutil = (...options) => execFileSync('certutil', ['-d', `sql:${store}`, ...options]);
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'C,,', '-n', 'tests', '-i', process.env.WORLD_AUTHORITY);

  const names = Object.entries(JSON.parse(process.env.WORLD_NAMES));
  const rules = [...names.map(([name, address]) => `MAP ${name} ${address}`), 'MAP * ~NOTFOUND'];
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    env: { ...process.env, HOME: home },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=${rules.join(', ')}`,
    ],
  });
}
