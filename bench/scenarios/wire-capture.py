"""Reads a capture (pcap, Ethernet) of what passes between workloads and says whether it is TLS 1.3 only.

Every TCP connection that carries bytes must consist of TLS records from its first byte on, each side must have begun with a hello, and the
server's hello must have chosen version 1.3 (RFC 8446, 4.2.1). The words given must not be in it.
"""
import struct
import sys

VERSION_13 = b"\x00\x2b\x00\x02\x03\x04"


def streams(data):
    found = {}
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack("<I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        head = 14 + (frame[14] & 15) * 4
        end = 14 + struct.unpack(">H", frame[16:18])[0]
        ports_and_sequence = struct.unpack(">HHI", frame[head:head + 8])
        payload = frame[head + (frame[head + 12] >> 4) * 4:end]
        if payload:
            found.setdefault((frame[26:34], *ports_and_sequence[:2]), {}).setdefault(ports_and_sequence[2], payload)
    return [joined(pieces) for pieces in found.values()]


def joined(pieces):
    data, expected = b"", min(pieces)
    for sequence in sorted(pieces):
        if sequence == expected:
            data += pieces[sequence]
            expected += len(pieces[sequence])
    return data


def records(data):
    at = 0
    while at < len(data):
        if len(data) - at < 5 or data[at] not in (20, 21, 22, 23) or data[at + 1] != 3:
            return False
        at += 5 + struct.unpack(">H", data[at + 3:at + 5])[0]
    return True


def main():
    with open(sys.argv[1], "rb") as file:
        all_streams = streams(file.read())
    total = sum(len(data) for data in all_streams)
    other = [data for data in all_streams if not records(data)]
    hellos = [data for data in all_streams if data[:1] == b"\x16" and data[5:6] == b"\x02"]
    old = [data for data in hellos if VERSION_13 not in data[:400]]
    words = sum(data.count(sys.argv[2].encode()) for data in all_streams)
    if total and hellos and not other and not old and not words:
        print(f"TLS 1.3 only: {total} bytes in {len(all_streams)} directions")
    else:
        print(f"{len(other)} of {len(all_streams)} directions are not TLS, {len(old)} older than 1.3, the secret {words} times")


main()
