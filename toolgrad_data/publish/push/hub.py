"""To the Hugging Face Hub, by its own library: one commit with the files and the card."""

import os
from pathlib import Path

from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.publish.card.counts import data_files

CARD = "README.md"


def push_folder(folder: Path, repo: str, *, private: bool) -> str:
    """Upload a folder's data files and its card as one commit to the data set `repo`, made if it is not there.

    Returns the commit's address. The token is the environment's `HF_TOKEN` or the one that `hf auth login` keeps;
    `HF_ENDPOINT` names another Hub. Raises UsageError (no library, no card, no token), CliError (the Hub refuses).
    """
    try:
        from huggingface_hub import HfApi, get_token
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError as error:
        raise UsageError(
            "--to hub needs huggingface_hub.\nInstall it: pip install 'toolgrad-langgraph[hub]'"
        ) from error
    names = [file.name for file in data_files([folder])]
    if not (folder / CARD).is_file():
        raise UsageError(
            f"--data {folder}: has no {CARD}.\nWrite one: toolgrad card RUN --data {folder} --out {folder}/{CARD}"
        )
    if not names:
        raise UsageError(f"--data {folder}: has no .jsonl or .parquet file to push")
    if get_token() is None:
        raise UsageError("--to hub: there is no token.\nSet HF_TOKEN in the environment, or run: hf auth login")
    # Read now: the library takes it once, when it is imported.
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT"))
    try:
        api.create_repo(repo, repo_type="dataset", private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repo,
            repo_type="dataset",
            folder_path=folder,
            allow_patterns=[CARD, *names],
            commit_message=f"Upload {', '.join(names)}",
        )
    except HFValidationError as error:
        raise UsageError(f"--repo {repo}: {error}") from error
    except (HfHubHTTPError, OSError) as error:
        first = str(error).strip().partition("\n")[0]
        raise CliError(f"{repo}: the Hub refused it: {first}") from error
    return str(commit.commit_url)
