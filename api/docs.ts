import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The page behind /docs: Swagger UI from the installed package, so that it works without any network. */
export const PAGE = `<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>huaxiang 画像 API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#ui', deepLinking: true, filter: true, validatorUrl: null,
});
`;

type Asset = { type: string; body: string | Buffer };

const PACKAGED = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
]);
const read = new Map<string, Promise<Asset>>();

async function load(file: string, type: string): Promise<Asset> {
  const home = dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json'));
  return { type, body: await readFile(join(home, 'static', file)) };
}

/** One of the three files of the page, read once; null for any other name. */
export function asset(file: string): Promise<Asset | null> | Asset | null {
  if (file === 'start.js') return { type: 'text/javascript; charset=utf-8', body: START };
  const type = PACKAGED.get(file);
  if (type === undefined) return null;
  const found = read.get(file) ?? load(file, type);
  read.set(file, found);
  return found;
}
