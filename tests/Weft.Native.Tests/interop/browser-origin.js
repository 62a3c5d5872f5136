// Serves browser-page.html and what it asks for, over HTTP/1.1 on one port and HTTP/2 in the clear on the other. Prints both ports, then what the page reports.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const path = require('node:path');

const page = fs.readFileSync(path.join(__dirname, 'browser-page.html'));

// Sends every frame of a WebSocket (RFC 6455, 5.2) back, unmasked; a close is answered in kind and ends the stream.
function echo(stream) {
  let input = Buffer.alloc(0);
  stream.on('error', () => {});
  stream.on('data', (data) => {
    input = Buffer.concat([input, data]);
    while (input.length >= 2) {
      let length = input[1] & 127;
      let at = 2;
      if (length === 126) {
        if (input.length < 4) return;
        length = input.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        if (input.length < 10) return;
        length = Number(input.readBigUInt64BE(2));
        at = 10;
      }
      if (input.length < at + 4 + length) return;
      const mask = input.subarray(at, at + 4);
      const payload = Buffer.from(input.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i & 3]);
      const head = Buffer.from(input.subarray(0, at));
      head[1] &= 127;
      stream.write(Buffer.concat([head, payload]));
      const isClose = (input[0] & 15) === 8;
      input = input.subarray(at + 4 + length);
      if (isClose) {
        stream.end();
        return;
      }
    }
  });
  stream.on('end', () => stream.end());
}

function serve(request, response) {
  const chunks = [];
  request.on('data', (data) => chunks.push(data));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    switch (request.url) {
      case '/':
        response.setHeader('content-type', 'text/html');
        response.end(page);
        break;
      case '/report':
        console.log(body.toString());
        response.end();
        break;
      case '/big':
        response.end(Buffer.alloc(5000000, 65));
        break;
      case '/events': {
        response.setHeader('content-type', 'text/event-stream');
        let left = 3;
        const timer = setInterval(() => {
          response.write(`data: ${left}\n\n`);
          if (--left === 0) clearInterval(timer);
        }, 30);
        break;
      }
      default:
        response.setHeader('x-cookie', request.headers.cookie ?? '');
        response.end(`${request.method} ${body.length}`);
    }
  });
}

const one = http.createServer(serve);
one.on('upgrade', (request, socket) => {
  const accept = crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n`);
  echo(socket);
});

const two = http2.createServer({ settings: { enableConnectProtocol: true } }, serve);
two.on('stream', (stream, headers) => {
  if (headers[':method'] === 'CONNECT') {
    stream.respond({ ':status': 200, 'sec-websocket-protocol': 'chat' });
    echo(stream);
  }
});
two.on('connect', () => {});

one.listen(0, '127.0.0.1', () => two.listen(0, '127.0.0.1', () => console.log(`${one.address().port} ${two.address().port}`)));
