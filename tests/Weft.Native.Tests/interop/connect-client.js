// Opens a tunnel with the CONNECT of HTTP/2 to the second address by way of the first, and asks for /hello through it.
'use strict';
const http2 = require('node:http2');
const [relay, origin] = process.argv.slice(2);
const client = http2.connect(`http://${relay}`);
const tunnel = client.request({ ':method': 'CONNECT', ':authority': origin });
tunnel.on('response', (headers) => {
  console.log(headers[':status']);
  tunnel.write(`GET /hello HTTP/1.1\r\nHost: ${origin}\r\nConnection: close\r\n\r\n`);
});
let answer = '';
tunnel.on('data', (data) => { answer += data; });
tunnel.on('end', () => {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  process.stdout.write(/transfer-encoding: chunked/i.test(answer) ? body.split('\r\n')[1] : body);
  tunnel.end();
  client.close();
});
