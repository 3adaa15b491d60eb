"""The base of what is written to files."""

from pydantic import BaseModel, ConfigDict


class StrictModel(BaseModel):
    """Unknown members are an error when reading."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)
