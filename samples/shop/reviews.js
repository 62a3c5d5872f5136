'use strict';

// Reviews of articles, in Node: keep-alive on both sides, titles from the catalogue.
const http = require('node:http');

const port = Number(process.env.PORT || 8080);
const address = process.env.LISTEN_ADDRESS || '0.0.0.0';
const catalog = new URL(process.env.CATALOG_URL || 'http://catalog:8080');
const connectionLifetimeMs = 15_000;
const callTimeoutMs = 3_000;

let agent = newAgent();

function newAgent() {
  return new http.Agent({ keepAlive: true, maxSockets: 32, timeout: 3_000 });
}

// Connections do not grow old, so that whatever joins or moves something is followed without a restart.
// Calls that are under way finish on the old agent, which is closed when even the slowest must have ended.
setInterval(() => {
  const old = agent;
  agent = newAgent();
  setTimeout(() => old.destroy(), callTimeoutMs + 1_000).unref();
}, connectionLifetimeMs).unref();

function getJson(path) {
  return new Promise((resolve, reject) => {
    const options = { host: catalog.hostname, port: catalog.port || 80, path, agent, headers: { host: catalog.host } };
    const request = http.get(options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) {
          reject(new Error(`catalog: answered ${response.statusCode}`));
          return;
        }
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
        } catch (error) {
          reject(new Error(`catalog: ${error.message}`));
        }
      });
    });
    request.setTimeout(callTimeoutMs, () => request.destroy(new Error('catalog: timed out')));
    request.on('error', reject);
  });
}

function answer(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function serve(request, response) {
  const match = /^\/reviews\/([a-z0-9-]{1,40})$/.exec(request.url);
  if (request.url === '/health') {
    answer(response, 200, { status: 'reviews is well' });
  } else if (request.method !== 'GET' || !match) {
    answer(response, 404, { error: 'GET /reviews/{sku}' });
  } else {
    try {
      const product = await getJson(`/products/${match[1]}`);
      answer(response, 200, { sku: product.sku, title: product.name, stars: 4.5, count: 17 });
    } catch (error) {
      answer(response, 502, { error: error.message });
    }
  }
}

const server = http.createServer((request, response) => {
  request.resume();
  serve(request, response);
});
// Longer than any client here keeps an idle connection: the client is the one to close.
server.keepAliveTimeout = 30_000;
server.headersTimeout = 35_000;
server.listen(port, address);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 5_000).unref();
  });
}
