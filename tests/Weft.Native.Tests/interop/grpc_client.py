# A client of gRPC's library for C and Python: calls every method of EchoService and prints the name of each feature that works.
import queue
import struct
import sys
import threading

import grpc

channel = grpc.insecure_channel(sys.argv[1], options=[("grpc.enable_retries", 0)])
UNARY = channel.unary_unary("/test.Echo/Unary")


def status_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call did not fail")


def unary():
    answer, call = UNARY.with_call(b"ping", metadata=[("x-key", "value"), ("x-key-bin", b"\x00\xff")])
    trailers = dict(call.trailing_metadata())
    assert answer == b"ping", answer
    assert trailers["x-key"] == "value" and trailers["x-key-bin"] == b"\x00\xff", trailers


def large():
    assert UNARY(b"\x07" * 3000000) == b"\x07" * 3000000


def up():
    answer = channel.stream_unary("/test.Echo/Up")(bytes(10000) for _ in range(100))
    assert struct.unpack("<i", answer) == (1000000,), answer


def down():
    length = sum(len(message) for message in channel.unary_stream("/test.Echo/Down")(b"\x0a"))
    assert length == 1000000, length


def both():
    asked = queue.Queue()
    answers = channel.stream_stream("/test.Echo/Both")(iter(asked.get, None))
    for i in range(50):
        asked.put(bytes([i]))
        assert next(answers) == bytes([i])
    asked.put(None)
    assert next(answers, None) is None


def fail():
    error = status_of(lambda: UNARY(b"fail"))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION and error.details() == "as asked, 100 %", error


def deadline():
    error = status_of(lambda: UNARY(b"wait", timeout=0.3))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error


def cancel():
    call = UNARY.future(b"wait")
    threading.Timer(0.05, call.cancel).start()
    try:
        call.result()
        raise AssertionError("the call did not end")
    except grpc.FutureCancelledError:
        pass


def unimplemented():
    error = status_of(lambda: channel.unary_unary("/test.Echo/Nothing")(b"x"))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error


def health():
    assert channel.unary_unary("/grpc.health.v1.Health/Check")(b"") == b"\x08\x01"


def many():
    calls = [UNARY.future(str(i).encode()) for i in range(250)]
    assert [call.result() for call in calls] == [str(i).encode() for i in range(250)]


for check in (unary, large, up, down, both, fail, deadline, cancel, unimplemented, health, many):
    check()
    print(check.__name__, flush=True)
channel.close()
