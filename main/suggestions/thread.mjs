import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

// A worker thread of Node 20 does not take over the loader of the main thread. This one, unlike that for imports, needs
// no further thread, which halves the memory.
register();
createRequire(import.meta.url)('./worker.ts');
