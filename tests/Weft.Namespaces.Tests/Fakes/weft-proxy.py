#!/usr/bin/env python3
"""Stands in for weft-proxy: takes its options, relays captured connections to where they meant to go, and drains.

FAKE_PROXY_FAIL=1 makes it end with a message. Each start is noted in <state>/starts: "token" or "certificate".
"""
import asyncio, json, os, signal, socket, struct, sys

options = {}
args = sys.argv[2:]
flags = [a for a in args if a == "--join-token-stdin"]
args = [a for a in args if a != "--join-token-stdin"]
for name, value in zip(args[::2], args[1::2]):
    options.setdefault(name, []).append(value)
one = {name: values[0] for name, values in options.items()}
open_connections = set()


def endpoint(name):
    host, port = one[name].rsplit(":", 1)
    return host, int(port)


async def relay(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass


async def captured(reader, writer):
    raw = writer.get_extra_info("socket").getsockopt(socket.SOL_IP, 80, 16)
    port, address = struct.unpack("!2xH4s8x", raw)
    open_connections.add(writer)
    upstream = socket.socket()
    upstream.setblocking(False)
    upstream.setsockopt(socket.SOL_SOCKET, 36, int(one["--mark"], 16))
    try:
        if port == endpoint("--outbound")[1] or port == endpoint("--inbound")[1]:
            return
        await asyncio.get_running_loop().sock_connect(upstream, (socket.inet_ntoa(address), port))
        up_reader, up_writer = await asyncio.open_connection(sock=upstream)
        await asyncio.gather(relay(reader, up_writer), relay(up_reader, writer))
        up_writer.close()
    except OSError:
        pass
    finally:
        open_connections.discard(writer)
        writer.close()


async def admin(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    body = json.dumps({"connections": len(open_connections)}).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()


async def main():
    token = sys.stdin.readline().strip() if flags else ""
    if os.environ.get("FAKE_PROXY_FAIL"):
        sys.exit("the control plane refused the token")
    with open(os.path.join(one["--state"], "starts"), "a") as starts:
        starts.write("token\n" if token else "certificate\n")
    if one["--capture"] == "transparent":
        await asyncio.start_server(captured, *endpoint("--outbound"), backlog=512)
        await asyncio.start_server(captured, *endpoint("--inbound"), backlog=512)
    await asyncio.start_server(admin, *endpoint("--admin"))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("weft-proxy ready for tests", flush=True)
    await stop.wait()


asyncio.run(main())
