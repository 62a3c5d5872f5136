// A client of WebSocket over HTTP/2 (RFC 8441): says "hi", prints what comes back, closes.
'use strict';
const http2 = require('node:http2');
const client = http2.connect(`http://${process.argv[2]}`);
client.on('remoteSettings', () => {
  const stream = client.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': '/feed', ':authority': 'shop' });
  stream.on('response', (headers) => { console.log(headers[':status'], headers['sec-websocket-accept'] ?? 'no accept'); stream.write('hi'); });
  stream.on('data', (data) => { console.log(String(data)); stream.end(); });
  stream.on('close', () => { console.log('closed', stream.rstCode); client.close(); });
});
