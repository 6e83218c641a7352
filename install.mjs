// Runs `npm ci` when node_modules is absent or was made from another lock file, so that every script of package.json
// works on a fresh clone. Plain JavaScript on Node alone: it stands before anything is installed.
// `all` also asks for what development needs. Optional packages are never asked for: a deployment on servers of its own
// leaves the embedded engine out.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const all = process.argv[2] === 'all';

function packagesOf(name) {
  try {
    return JSON.parse(readFileSync(new URL(name, here), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm writes this second file last of all, so an install that broke off does not have it. */
function complete() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const needless = path === '' || entry.optional || entry.devOptional || (entry.dev && !all);
    return needless || present[path]?.version === entry.version;
  });
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`huaxiang needs Node.js 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}
if (!complete()) {
  console.error('installing what package-lock.json names (npm ci) …');
  const quiet = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', quiet, { cwd: here, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status !== 0) {
    console.error('npm ci failed: its messages stand above; mend the cause and run the same command again');
    process.exit(1);
  }
}
