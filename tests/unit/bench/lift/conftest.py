from tests.unit.toolgrad_data.conftest import run_folder

__all__ = ["run_folder"]
