"""Asks the shop's recommendations so many times, with a header if one is given, and prints how often each version answered."""
import http.client
import json
import sys


def main():
    headers = dict([sys.argv[2].split(": ", 1)]) if len(sys.argv) > 2 else {}
    connection = http.client.HTTPConnection("recommend", 8080, timeout=10)
    versions = {}
    for _ in range(int(sys.argv[1])):
        connection.request("GET", "/recommend?user=scenario", headers=headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        if answer.status != 200:
            sys.exit(f"status {answer.status}: {body}")
        versions[body["version"]] = versions.get(body["version"], 0) + 1
    print(json.dumps(versions))


main()
