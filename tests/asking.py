"""What a page asks of the database, counted alike by every test and by `make bench`."""

from contextlib import contextmanager

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

QUERIES = 12  # a list or a page, however many rows there are
NO_QUESTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def asked(client, method, *arguments, **more):
    """(the answer, the SQL of every question that it took)."""
    with CaptureQueriesContext(connection) as captured:
        answer = getattr(client, method)(*arguments, **more)
    return answer, [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(NO_QUESTION)]


def page_asked(client, address):
    """The same of a page that opens, the second time: the process knows the ids of permissions by then."""
    client.get(address)
    answer, questions = asked(client, "get", address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer, questions


def listed(questions):
    """The questions as a failed test shows them."""
    return "\n".join(question[:160] for question in questions)


@contextmanager
def taken_back():
    """Whatever is done to the database in the block is as if it had not been done."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
