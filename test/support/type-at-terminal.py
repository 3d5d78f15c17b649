"""Runs a program at a pseudoterminal and types at it. Prints {"status", "output"} as JSON.

argv[1]: {"command": [...], "steps": [...], "seconds": n}. Each step is one of
  {"wait_for": text}       until the program has written it
  {"wait_for_silence": 1}  until the terminal does not echo
  {"type": text}
  {"restart": 1}           stops the program, lets the terminal echo as a shell does, and continues the program
"""
import json, os, pty, select, signal, sys, termios, time

plan = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(plan["command"][0], plan["command"])

deadline = time.time() + plan["seconds"]
output = b""


def is_silent():
    return not termios.tcgetattr(terminal)[3] & termios.ECHO


def read(seconds):
    """Returns False after the program has closed the terminal."""
    global output
    if not select.select([terminal], [], [], seconds)[0]:
        return True
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        return False
    output += chunk
    return chunk != b""


def wait_until(condition):
    while not condition():
        if not read(0.02) or time.time() > deadline:
            print(json.dumps({"status": None, "output": output.decode("utf8", "replace")}))
            os.kill(child, signal.SIGKILL)
            sys.exit(1)


for step in plan["steps"]:
    if "wait_for" in step:
        wait_until(lambda: step["wait_for"].encode() in output)
    elif "wait_for_silence" in step:
        wait_until(is_silent)
    elif "type" in step:
        os.write(terminal, step["type"].encode())
    elif "restart" in step:
        os.kill(child, signal.SIGSTOP)
        os.waitpid(child, os.WUNTRACED)
        mode = termios.tcgetattr(terminal)
        mode[3] |= termios.ECHO | termios.ICANON
        termios.tcsetattr(terminal, termios.TCSANOW, mode)
        os.kill(child, signal.SIGCONT)

while read(max(0, deadline - time.time())) and time.time() < deadline:
    pass
if time.time() >= deadline:
    os.kill(child, signal.SIGKILL)
status = os.waitpid(child, 0)[1]
print(json.dumps({"status": os.waitstatus_to_exitcode(status), "output": output.decode("utf8", "replace")}))
