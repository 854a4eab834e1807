"""A mail server that misbehaves on demand: it waits, refuses, hangs up, and tells what it has in hand."""

import asyncio
import re
import threading
from email import message_from_bytes, policy

from config.mailsink import MailSink

REFUSED = re.compile(r"^colleague@")


class MailServer(MailSink):
    """Keeps mail as `MailSink` does. `mood` is one of the words below; `holding` is set while it holds one.

    keep: as it should be. before: holds a mail that it has not kept. after: holds the answer to one that it
    has kept. silent: never answers. refuse: refuses one address. hang up: keeps each mail and hangs up.
    """

    def __init__(self, folder, **ports):
        super().__init__(folder, **ports)
        self.mood = "keep"
        self.holding, self.let_go = threading.Event(), threading.Event()

    def hold(self, mood):
        """From now on, hold the next mail (`before` or `after` it is kept) until `release`."""
        self.holding.clear()
        self.let_go.clear()
        self.mood = mood

    def release(self):
        """Forget what is held, and be as a mail server should be."""
        self.mood = "keep"
        self.let_go.set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mood == "refuse" and REFUSED.match(address):
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mood = self.mood
        if mood == "silent":
            await asyncio.sleep(60)
            return "451 Too late"
        if mood == "before":
            await self._hold()
            return "451 Not kept"  # to somebody who is gone
        answer = await super().handle_DATA(server, session, envelope)
        if mood == "after":
            await self._hold()
        if mood == "hang up":
            server.transport.close()
        return answer

    async def _hold(self):
        self.holding.set()
        while not self.let_go.is_set():
            await asyncio.sleep(0.01)

    def told(self):
        """The Message-ID of each mail that was kept, the oldest first; twice where it came twice."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"]
            for path in sorted(self.folder.glob("*.eml"))
        ]
