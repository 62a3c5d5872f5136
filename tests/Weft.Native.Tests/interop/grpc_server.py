# A server of gRPC's library for C and Python with the methods of EchoService. Prints its port.
import struct
import threading
from concurrent import futures

import grpc


def unary(message, context):
    if message == b"fail":
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "as asked, 100 %")
    if message == b"wait":
        over = threading.Event()
        context.add_callback(over.set)
        over.wait()
    context.set_trailing_metadata([(k, v) for k, v in context.invocation_metadata() if k.startswith("x-key")])
    return message


def up(messages, context):
    return struct.pack("<i", sum(len(message) for message in messages))


def down(message, context):
    for _ in range(message[0] * 10):
        yield bytes(10000)


def both(messages, context):
    yield from messages


server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
server.add_generic_rpc_handlers((
    grpc.method_handlers_generic_handler("test.Echo", {
        "Unary": grpc.unary_unary_rpc_method_handler(unary),
        "Up": grpc.stream_unary_rpc_method_handler(up),
        "Down": grpc.unary_stream_rpc_method_handler(down),
        "Both": grpc.stream_stream_rpc_method_handler(both),
    }),
    grpc.method_handlers_generic_handler("grpc.health.v1.Health", {
        "Check": grpc.unary_unary_rpc_method_handler(lambda message, context: b"\x08\x01"),
    }),
))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
