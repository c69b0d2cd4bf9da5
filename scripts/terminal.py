"""A terminal of its own, by tmux, for scripts that use the program as a person does."""
import os
import subprocess
import tempfile
import time

PATIENCE = 20


class Terminal:
    """What runs in a terminal, with a bare environment besides the variables that are given."""

    def __init__(self, variables, *command, width=120, height=40):
        self.socket = tempfile.mktemp(prefix="twinscope-terminal-")
        words = [f"{name}={value}" for name, value in variables.items()]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height),
                  "env", "-i", "TERM=tmux-256color", *words, *command)

    def tmux(self, *words):
        """Runs a command of tmux; one that tmux refuses, or a tmux that has ended, is an error."""
        command = ["tmux", "-u", "-S", self.socket, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    @property
    def screen(self):
        return self.tmux("capture-pane", "-p")

    def message(self):
        """The line above the keys, where failures and the band of the signed out stand."""
        lines = self.screen.rstrip("\n").split("\n")
        return lines[-2].strip() if len(lines) > 1 else ""

    def property(self, name):
        return self.tmux("display-message", "-p", f"#{{{name}}}").strip()

    def press(self, *keys):
        self.tmux("send-keys", "--", *keys)

    def escape(self):
        """Presses Esc, and lets time pass: what follows at once would be a key with alt."""
        self.press("Escape")
        time.sleep(0.1)

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def wait(self, *texts, without=None, patience=PATIENCE):
        """Waits until the screen has all texts, and not another; whether it came to that."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            screen = self.screen
            if all(text in screen for text in texts) and (without is None or without not in screen):
                return True
            time.sleep(0.02)
        return False

    def end(self):
        subprocess.run(["tmux", "-u", "-S", self.socket, "kill-server"], capture_output=True)
        if os.path.exists(self.socket):
            os.unlink(self.socket)
