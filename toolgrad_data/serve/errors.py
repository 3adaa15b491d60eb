"""What a client is refused, each with the HTTP status and OpenEnv's code that say so."""

from toolgrad_data.errors import CliError


class ServeError(CliError):
    """A client asked for something that it does not get; the message is for it."""

    status = 409
    code = "EXECUTION_ERROR"


class UnknownEpisodeError(ServeError):
    """No episode of that id is played or was finished here."""

    status = 404


class WrongRequestError(ServeError):
    """The request cannot be understood, or names what there is not."""

    status = 422
    code = "VALIDATION_ERROR"


class FullError(ServeError):
    """All episodes are taken. It may be asked again later."""

    status = 503
    code = "CAPACITY_REACHED"


class BusyError(ServeError):
    """Too many requests of one episode wait already."""

    status = 429
    code = "CAPACITY_REACHED"
