// Makes package-lock.json one that `npm ci` takes on every machine. A lock file written against a registry that lacks
// the packages of some platforms has no entry for them, and then `npm ci` refuses it everywhere; an entry with version,
// os and cpu is enough. Addresses of registries are left out: each machine asks its own.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];
const LIBRARIES = { gnu: 'glibc', musl: 'musl' };

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const entries = lock.packages;

/** The entry of a platform package, read off its name; undefined where the name tells no platform. */
function entryOf(name, version) {
  const parts = name.split(/[-/]/);
  const os = parts.find((part) => SYSTEMS.includes(part));
  const cpu = parts.find((part) => PROCESSORS.includes(part));
  if (!os || !cpu) return undefined;
  const libc = LIBRARIES[parts.at(-1)];
  return { version, cpu: [cpu], ...(libc && { libc: [libc] }), optional: true, os: [os] };
}

const added = [];
for (const entry of Object.values(entries)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const made = entries[path] ? undefined : entryOf(name, version);
    if (!made) continue;
    entries[path] = entry.dev ? { ...made, dev: true } : made;
    added.push(name);
  }
}
const sorted = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'nothing was missing' : `added ${added.join(', ')}`);
