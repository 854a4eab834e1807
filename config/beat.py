"""Beat on a machine whose clock may be set back."""

from datetime import timedelta

from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware

CLOCKS_MAY_DIFFER = timedelta(minutes=1)


class SteadyScheduler(PersistentScheduler):
    """Celery's own, which would wait for a clock that was set back to be where it has been before.

    What is on record as sent in the future counts as sent now, and beat goes on from there.
    """

    def tick(self, *args, **kwargs):
        """As `Scheduler.tick`; returns the seconds to the next one."""
        now = maybe_make_aware(self.app.now())
        ahead = [
            entry
            for entry in self.schedule.values()
            if entry.last_run_at and maybe_make_aware(entry.last_run_at) > now + CLOCKS_MAY_DIFFER
        ]
        if ahead:
            for entry in ahead:
                entry.last_run_at = now
            self._heap = None  # made again from the entries
        return super().tick(*args, **kwargs)
