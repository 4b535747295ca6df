"""Runs a command on a pseudo terminal; types Ctrl-C once `text` has appeared. Prints a JSON object: exit code and what was on the screen."""
import json
import os
import pty
import sys
text, command = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
screen, typed = b"", text == b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece: break
    screen += piece
    if not typed and text in screen:
        os.write(terminal, b"\x03")
        typed = True
_, status = os.waitpid(pid, 0)
print(json.dumps({"exit": os.waitstatus_to_exitcode(status), "screen": screen.decode()}))
