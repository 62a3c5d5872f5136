"""Reads a capture (pcap, Ethernet) made at the control plane.

Prints three numbers: bytes of TCP payload; bytes of it that belong to no TLS record or to another port than the control
plane's; and how often something is in it that only applications say.
"""
import struct
import sys

PORTS = {15010}
MARKS = [b"HTTP/1.", b"GET /", b"POST /", b"shop.v1", b"\"sku\"", b"application/grpc", b"x-request-id", b"*3\r\n$"]
RECORDS = {20, 21, 22, 23}


def segments(data):
    """Payloads of IPv4/TCP packets as (connection, sequence number, ports, bytes)."""
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        head = 14 + (frame[14] & 15) * 4
        end = 14 + struct.unpack(">H", frame[16:18])[0]
        source, target, sequence = struct.unpack(">HHI", frame[head:head + 8])
        yield (frame[26:34], source, target), sequence, {source, target}, frame[head + (frame[head + 12] >> 4) * 4:end]


def main():
    streams, total, foreign, marks = {}, 0, 0, 0
    with open(sys.argv[1], "rb") as file:
        for key, sequence, ports, payload in segments(file.read()):
            total += len(payload)
            if payload and not ports & PORTS:
                foreign += len(payload)
            elif payload:
                streams.setdefault(key, {}).setdefault(sequence, payload)
    for pieces in streams.values():
        first = min(pieces)
        data, expected = b"", first
        for sequence in sorted(pieces):
            if sequence == expected:
                data += pieces[sequence]
                expected += len(pieces[sequence])
        marks += sum(data.count(mark) for mark in MARKS)
        # A connection whose beginning was captured must be TLS records from its first byte on.
        if data[:1] and data[0] == 22:
            at = 0
            while at + 5 <= len(data):
                if data[at] not in RECORDS or data[at + 1] != 3:
                    foreign += len(data) - at
                    break
                at += 5 + struct.unpack(">H", data[at + 3:at + 5])[0]
    print(total, foreign, marks)


main()
