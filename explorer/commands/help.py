"""What `--help` teaches: descriptions and examples of the commands."""

ABOUT = """
    Find the expert neurons of concepts in a causal language model, and export what was found.

    examples
      explorer extract --dry-run                 what the default extraction would cost
      explorer extract --concepts cat,dog,car,bus
      explorer extract --model EleutherAI/pythia-70m --revision step512 --detach
      explorer extract --random-init 0           the untrained twin of the built-in model
      explorer runs list
      explorer export 26b33818 experts --format parquet --out experts.parquet

    exit codes
      0 done · 1 failed · 2 unusable input · 3 the model cannot be had · 4 too few sentences
      5 a run file is missing or damaged · 6 out of disk or memory · 7 not allowed here ·
      130 cancelled

    Data goes to stdout (tab-separated in a pipe), everything else to stderr. Runs live in cache/runs, or below
    the folder that EXPERT_EXPLORER_CACHE names."""
EXTRACT = """
    Extract the experts of every concept of a probe set, or of those you name. Prints the path of the run file.
    The same request again costs nothing; after Ctrl-C or a crash it goes on where it stopped.

    examples
      explorer extract --concepts cat,dog,cheetah,horse --positives 100 --negatives 500 --folds 4
      explorer extract --model ./my-checkpoint --probes mine --concepts-file words.txt
      explorer extract --model ./Llama-3.2-1B.Q8_0.gguf
      explorer extract --human MEN,mine.csv,triplets.csv      (word1,word2,score or a,b,c,odd)
      explorer extract --model EleutherAI/pythia-70m --revision step512 --dry-run"""
STATUS = """
    List the jobs, or tell how one stands and where it runs: on this machine, on another that shares the cache, or as
    which job of Slurm.

    exit codes with an ID
      0 done · 1 failed · 2 no such job · 3 queued or running · 4 interrupted · 130 cancelled

    example
      until explorer status ID >/dev/null; [ $? -ne 3 ]; do sleep 10; done"""
GENERATE = """
    Let a model write sentences about concepts and store them as a probe set: a model on this machine, or one behind
    any OpenAI-compatible endpoint. After Ctrl-C, a crash or a spent budget the same command goes on where it stopped.

    An endpoint's key is read from OPENAI_API_KEY and never stored. It is sent to api.openai.com, or in its place to
    the hosts that OPENAI_API_KEY_HOSTS names, such as "api.example.org localhost:8000", and to no other. A server of
    your own may want none. Without --model and --endpoint, Mistral-7B-Instruct writes where there is a CUDA GPU,
    and the built-in model elsewhere.

    examples
      explorer probes generate mine --concepts cat,dog,car,bus --target 260
      explorer probes generate theirs --endpoint https://api.example.org/v1 --model NAME \\
          --concepts-file words.txt --target 500 --token-budget 2000000
      explorer probes generate local --endpoint http://127.0.0.1:8000/v1 --model NAME --concepts cat,dog"""
IMPORT = """
    Import sentences from CSV, TSV, JSON lines, JSON or Parquet (columns concept, text and optionally source), or from
    ml-selfcond's JSON, a file or a folder. Tables are read strictly: a row with too many or too few fields, or a
    quotation mark that is not closed, is refused by its line, and then nothing is stored.

    example
      explorer probes import sentences.csv --name mine --source GPT-4
      explorer probes import sentences.csv --name mine --replace     the former “mine” stays, under another name"""
HARVEST = """
    Take the sentences that hold a concept's word, inflections included, from a text corpus: txt, JSON lines or Parquet
    (field text), or wikitext, .gz too; "enwik8" is fetched through your package index. They stay in your cache.

    example
      explorer probes harvest wiki --corpus enwik8 --concepts cat,dog,car,bus --cap 500"""
EVIDENCE = """
    Forward the sentences of a finished run once more and keep what the best experts of some concepts, and as many
    random units of the same modules, answer to each sentence and token. Pages then show the very tokens.
    Prints the path of the file, which is safe to delete. Needs the model; no probe set, since a run holds its sentences.

    examples
      explorer evidence 8137c33b --concepts cat,dog
      explorer evidence 8137c33b --units 8 --detach"""
READ = """
    Read a sentence with a run's model: which concepts' experts answer to which token, beyond what they answer to
    tokens of negative sentences. A background reader keeps the model loaded for ten minutes, so that the next sentence
    takes a moment. Prints a table as CSV.

    examples
      explorer read 8137c33b --text "The cat slept by the door."
      explorer read 8137c33b --tau 0.6 --text "He drives the bus." --token 3"""
RATINGS = """
    The published sets of human ratings: what each rates (similarity or association), on which scale, under which
    licence, with which ceilings, and whether it is on this machine. What is here, every run is compared with.

    examples
      explorer ratings list
      explorer ratings fetch RG-65
      explorer ratings add mturk-771.csv"""
TRAIN = """
    Train a family of small GPT-NeoX models on open text, with checkpoints from step 0 on and their held-out loss.
    Prints the name of each model when it is trained; `extract --model NAME --revision step512` then finds it.
    After Ctrl-C or a crash the same command goes on where it stopped. One size a process trains two at once.

    examples
      explorer train-family
      explorer train-family --sizes 4m --threads 1 & explorer train-family --sizes 8m --threads 1
      explorer train-family --status"""
STUDY = """
    Studies: models and revisions, probe sets, concepts and set sizes in one small TOML file, carried out by one
    command. Runs that share a checkpoint and a probe set share their forward pass.

    examples
      explorer study plan bundled
      explorer study plan paper-alignment --models EleutherAI/pythia-70m --revisions step1,step512
      explorer study run mine.toml --positives 50,100 --negatives 250 --folds 2
      explorer study run mine.toml --executor slurm --partition gpu --gpus 1 --time 4:00:00 --memory 32G
                                                 one Slurm job a pass; docs/clusters.md tells more"""
EXPORT = """
    Write a table of a run, names in place of ids, to stdout or a file. RUN may be the start of an id.

    examples
      explorer export 26b33818 pair_overlap | head
      explorer export 26b33818 experts --format parquet --out experts.parquet"""
BUNDLE_EXPORT = """
    Write finished runs with their evidence, their probe sets, and reports and studies where you name them, as one
    ZIP file. --without-sentences is for text that may not be passed on: probe sets are told by their digests,
    evidence is left out, and a run file holds the words of each concept's sentences in no order. Prints the path.

    examples
      explorer bundle export study.zip --runs 8137c33b,17fab1c8
      explorer bundle export all.zip --runs all --report mine --without-sentences"""
BUNDLE_IMPORT = """
    Take in a bundle from anyone. It is checked whole, as each of its files would be, before anything is written; what
    is there already stays. Nothing in it can run. Prints where each file is.

    example
      explorer bundle import study.zip"""
