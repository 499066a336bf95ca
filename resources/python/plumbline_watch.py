"""Records a training for Plumbline: predictions of a fixed sample, loss, gradients and layers, after each epoch.

Keras (TensorFlow backend):

    from plumbline_watch import KerasWatch
    watch = KerasWatch("watched", validation=val_ds, training=train_ds, classes=names)
    model.fit(train_ds, validation_data=val_ds, epochs=10, callbacks=[watch])

PyTorch:

    from plumbline_watch import TorchWatch
    watch = TorchWatch("watched", net, optimizer, validation=val_loader, criterion=criterion, classes=names)
    for epoch in range(10):
        for images, labels in watch.epoch(train_loader):
            ...  # the training step, unchanged

Then, while it trains or later: plumbline watch DATASET watched

Each run writes one file of JSON lines into the folder. No error of the recorder reaches the training: it notes in the
file what it could not record. It changes neither weights nor random numbers of the training. It skips the sample after
an epoch when predicting it would take more than BUDGET of the time since the last sample, but not in the first epochs
and the last.
This file needs only the framework that trains. It can be copied to any folder.
"""
import contextlib
import json
import math
import os
import random
import socket
import sys
import time
import uuid

FORMAT = 1
# Share of the time of the training that predicting the sample may take, and the epochs in which it is always predicted.
BUDGET = 0.01
ALWAYS = 3
SAMPLE = 256
LAYER_IMAGES = 64
# Images of the sample that a gradient is computed from in Keras: a gradient costs three times as much as a prediction.
GRADIENT_IMAGES = 16
# Rows and columns of a layer's output from which its variance is computed.
LAYER_SIDE = 8
BATCH = 64
MOST_LAYERS = 48
BATCHES = 8
# Labels above this are not class numbers.
MOST_CLASSES = 100_000


def _number(value):
    """A number as a JSON value. Numbers that are not finite become strings, None stays None."""
    if value is None:
        return None
    value = float(value)
    return value if math.isfinite(value) else str(value)


def _as_list(values):
    return [_number(value) for value in values]


class _Recorder:
    """Writes the lines of one run, limits the time of recording, and turns each of its own errors into a note."""

    def __init__(self, folder, framework, version, classes):
        self.cost = 0.0
        self.last_sample = time.perf_counter()
        self.faults = set()
        self.epochs = 0
        self.steps = 0
        self.path = None
        self.header = {"kind": "run", "format": FORMAT, "framework": framework, "version": str(version),
                       "host": socket.gethostname(), "pid": os.getpid(), "rank": os.environ.get("RANK"),
                       "at": time.time(), "classes": None, "scales": False}
        try:
            os.makedirs(folder, exist_ok=True)
            stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
            name = "watch-%s-%d-%s.jsonl" % (stamp, os.getpid(), uuid.uuid4().hex[:8])
            self.path = os.path.join(os.path.abspath(folder), name)
        except Exception as error:
            self.fault("folder", error)
        names = None if classes is None else self.guarded("classes", lambda: [str(name) for name in classes])
        if names is not None:
            self.header["classes"] = names

    def write(self, record):
        if self.path is None:
            return
        try:
            lines = [record] if self.header is None else [self.header, record]
            text = "".join(json.dumps(line, allow_nan=False) + "\n" for line in lines)
            # Opened for each line, so that a synced or mounted folder gets it, and a crash loses nothing.
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(text)
            self.header = None
        except Exception as error:
            self.fault("write", error)

    def fault(self, what, error):
        if what in self.faults:
            return
        self.faults.add(what)
        message = "%s: %s: %s" % (what, type(error).__name__, str(error)[:300])
        try:
            print("plumbline_watch could not record " + message, file=sys.stderr)
        except Exception:
            pass
        if what not in ("write", "folder"):
            self.write({"kind": "fault", "at": time.time(), "message": message})

    def guarded(self, what, work, *args):
        """Runs a part of the recording. An error is noted, and the result is then None."""
        try:
            return work(*args)
        except Exception as error:
            self.fault(what, error)
            return None

    def affordable(self):
        return self.epochs <= ALWAYS or self.cost <= BUDGET * (time.perf_counter() - self.last_sample)

    def timed(self, work):
        """Predicts the sample and remembers how long that took."""
        start = time.perf_counter()
        result = work()
        self.last_sample = time.perf_counter()
        self.cost = self.last_sample - start
        return result

    def end(self, reason):
        self.write({"kind": "end", "at": time.time(), "reason": reason})


def _even(count, wanted):
    """Indices spread evenly, so that a list sorted by class gives every class its share."""
    if count <= wanted:
        return list(range(count))
    return [int((i + 0.5) * count / wanted) for i in range(wanted)]


def _label_indices(labels):
    """Class indices of labels as numbers, as one-hot rows, or as a column of 0 and 1."""
    import numpy as np
    labels = np.asarray(labels)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        return labels.reshape(len(labels), -1).argmax(1).astype(int)
    return np.rint(labels.reshape(len(labels))).astype(int)


def _class_counts(indices):
    """Number of labels of each class, by its number. Raises ValueError if the labels are not class numbers."""
    import numpy as np
    if indices.min() < 0 or indices.max() >= MOST_CLASSES:
        raise ValueError("the labels are not class numbers")
    return np.bincount(indices).tolist()


@contextlib.contextmanager
def _random_kept():
    """Restores the random states afterwards, because reading images may draw random numbers."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    python_state = random.getstate()
    numpy_state = None if numpy is None else numpy.random.get_state()
    torch_state = None if torch is None else torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(python_state)
        if numpy_state is not None:
            numpy.random.set_state(numpy_state)
        if torch_state is not None:
            torch.set_rng_state(torch_state)


def _predicted(outputs):
    """Class indices of raw outputs, and the number of rows with a value that is not finite."""
    import numpy as np
    outputs = np.asarray(outputs, dtype="float64").reshape(len(outputs), -1)
    bad = int((~np.isfinite(outputs)).any(axis=1).sum())
    if outputs.shape[1] == 1:
        within = bool(np.all((outputs >= 0) & (outputs <= 1)))
        return (outputs[:, 0] > (0.5 if within else 0.0)).astype(int), bad
    return np.nan_to_num(outputs, nan=-np.inf).argmax(1).astype(int), bad


def _input_record(images, channels_last):
    """Range of the values, and mean and deviation of each channel."""
    import numpy as np
    images = np.asarray(images, dtype="float64")
    if images.ndim == 4:
        axes = (0, 1, 2) if channels_last else (0, 2, 3)
    else:
        axes = None
    mean, deviation = images.mean(axis=axes), images.std(axis=axes)
    return {"images": len(images), "shape": list(images.shape[1:]), "min": _number(images.min()),
            "max": _number(images.max()), "mean": _as_list(np.atleast_1d(mean)),
            "deviation": _as_list(np.atleast_1d(deviation))}


def _again(data):
    """Iterates over data. Refuses a generator, because the batches that are taken from it would be missing in `fit`."""
    source = iter(data)
    if source is data:
        raise ValueError("a generator can be read only once; give a data set or arrays")
    return source


def _layer_record(name, kind, variance, square, dead):
    return {"name": name, "type": kind, "variance": _number(variance), "square": _number(square),
            "dead": _number(dead)}


def _first(outputs):
    """The tensor of class outputs, images x classes, of a net that may return several tensors."""
    for name in ("logits", "out", "output"):
        if isinstance(outputs, dict) and name in outputs:
            return outputs[name]
        if not isinstance(outputs, dict) and hasattr(outputs, name):
            return getattr(outputs, name)
    if isinstance(outputs, dict):
        return next(iter(outputs.values()))
    return outputs[0] if isinstance(outputs, (tuple, list)) else outputs


# --------------------------------------------------------------------------------------------------------------------
# PyTorch

class _Hook:
    """A hook that does nothing in a copy of the net: the recorder cannot be copied or saved with the net."""

    def __init__(self, work=None):
        self._work = work

    def __call__(self, *args):
        # Returns nothing, because the result of a hook replaces the output.
        if self._work is not None:
            self._work(*args)

    def __deepcopy__(self, memo):
        return _Hook()

    def __reduce__(self):
        return _Hook, ()


class TorchWatch:
    """Records a PyTorch training.

    folder: where the file of the run is written; created if it does not exist.
    validation: a DataLoader, a Dataset, or a pair of arrays or tensors (images x channels x height x width, labels).
        Without it there is no sample, and no verdict.
    criterion: the loss module, whose outputs are recorded. For a loss that is not a module, call `loss` instead.
    classes: names of the classes, in the order of their numbers.
    sample: number of validation images that are predicted after an epoch.
    """

    def __init__(self, folder, model, optimizer=None, validation=None, criterion=None, classes=None, sample=SAMPLE):
        import torch
        self._torch = torch
        self._model = model
        self._optimizer = optimizer
        self._criterion = criterion
        self._wanted = sample
        self._validation = validation
        self._sample = None
        self._prepared = False
        self._inside = False
        self._losses = None
        self._norms = None
        self._introduced = False
        self._sample_line = None
        self._first_batch = None
        self._batches = []
        self._hits = None
        self._seen = 0
        self._input = self._output = None
        self._pending = {}
        self._ended = 0
        self._handles = []
        self._record = _Recorder(folder, "pytorch", torch.__version__, classes)
        import atexit
        atexit.register(self.close)

    def _hook(self):
        """Adds the hooks. They exist only while an epoch runs, because nets are saved between epochs."""
        criterion, optimizer = self._criterion, self._optimizer
        if criterion is not None and hasattr(criterion, "register_forward_hook"):
            self._handles.append(criterion.register_forward_hook(_Hook(self._loss_of)))
        self._handles.append(self._model.register_forward_hook(_Hook(self._kept)))
        if optimizer is not None and hasattr(optimizer, "register_step_pre_hook"):
            self._handles.append(optimizer.register_step_pre_hook(_Hook(self._before_step)))

    def _unhook(self):
        while self._handles:
            self._handles.pop().remove()

    def _loss_of(self, module, args, output):
        if self._inside:
            self.loss(output)

    def _kept(self, module, args, output):
        if self._inside and module.training:
            self._input, self._output = args[0] if args else None, output

    def loss(self, value):
        """Records the loss of a batch. To be called if the loss is not a module that was given as `criterion`."""
        self._record.guarded("loss", self._add_loss, value)

    def _add_loss(self, value):
        value = value.detach() if hasattr(value, "detach") else self._torch.tensor(float(value))
        value = value.float().mean()
        total, count = self._losses or (0, 0)
        # The sum stays on its device, because reading the value here would make a GPU wait.
        self._losses = (total + value, count + 1)

    def _before_step(self, *args):
        if not self._inside:
            return
        step = self._record.steps + 1
        # Steps 1, 2, 4, 8 …: a gradient's norm costs a pass over all weights.
        if step & (step - 1) == 0 or self._norms is None:
            self._record.guarded("gradients", self._measure_gradients)

    def _measure_gradients(self):
        with self._torch.no_grad():
            norms = [p.grad.detach().float().norm() for group in self._optimizer.param_groups
                     for p in group["params"] if p.grad is not None]
            if norms:
                self._norms = self._torch.stack([norm.to(norms[0].device) for norm in norms]).norm()

    def epoch(self, loader):
        """Yields the batches of the loader. When the last one is done, the epoch is recorded."""
        record = self._record
        record.guarded("sample", self._prepare)
        self._losses = self._norms = self._hits = self._input = self._output = None
        self._seen = 0
        self._inside = True
        record.guarded("hooks", self._hook)
        count = 0
        try:
            for batch in loader:
                if count < BATCHES and record.epochs == 0:
                    record.guarded("batches", self._look, batch, count)
                yield batch
                count += 1
                record.steps += 1
                # A few batches are enough for a training accuracy, and the last ones are the most recent.
                if count <= 4 or count % 16 == 0:
                    record.guarded("accuracy", self._count_hits, batch)
                if record.steps == 1:
                    record.guarded("sample", self._check_input, batch)
                self._input = self._output = None
        finally:
            self._inside = False
            record.guarded("hooks", self._unhook)
        record.guarded("epoch", self._write_epoch, {})

    def _look(self, batch, count):
        images, labels = batch[0], batch[1]
        if count == 0:
            self._first_batch = _input_record(images[:LAYER_IMAGES].detach().float().cpu().numpy(), False)
        self._batches.append(_class_counts(_label_indices(labels.detach().cpu().numpy())))

    def _check_input(self, batch):
        """Raises if the script scales the images between the loader and the net: the sample would not be scaled."""
        torch, images, given = self._torch, batch[0], self._input
        if not torch.is_tensor(given) or not torch.is_tensor(images) or len(given) != len(images):
            return
        (mean, deviation), (net_mean, net_deviation) = (
            (float(part.mean()), float(part.std())) for part in (images.detach().float(), given.detach().float()))
        if abs(mean - net_mean) <= 0.5 * deviation and 0.5 * deviation <= net_deviation <= 2 * deviation:
            return
        self._sample = self._first_batch = None
        if self._sample_line is not None:
            self._sample_line["input"] = None
        raise ValueError("the script scales the images between the loader and the net, so the sample is not predicted; "
                         "scale them in the data set, or in the net")

    def _introduce(self):
        """Writes what is known after the first epoch: the sample and the first batches."""
        if self._introduced:
            return
        self._introduced = True
        if self._sample_line is not None:
            self._record.write(self._sample_line)
        if self._first_batch is not None or self._batches:
            self._record.write({"kind": "training", "input": self._first_batch, "batches": self._batches})

    def _count_hits(self, batch):
        if self._output is None:
            return
        outputs, labels = _first(self._output).detach(), batch[1]
        if outputs.ndim != 2 or outputs.shape[0] != labels.shape[0]:
            return
        labels = labels.to(outputs.device)
        if labels.ndim > 1 and labels.shape[-1] > 1:
            labels = labels.argmax(-1)
        if outputs.shape[1] > 1:
            predicted = outputs.argmax(1)
        else:
            # As in `_predicted`: outputs from 0 to 1 are probabilities.
            within = ((outputs >= 0) & (outputs <= 1)).all()
            predicted = (outputs[:, 0] > 0.5 * within).long()
        hits = (predicted == labels.reshape(-1)).sum()
        self._hits = hits if self._hits is None else self._hits + hits
        self._seen += labels.shape[0]

    def _prepare(self):
        """Takes the sample once."""
        if self._prepared:
            return
        self._prepared = True
        validation = self._validation
        if validation is None:
            return
        with _random_kept():
            images, labels, paths = self._taken(validation)
        self._sample = images.detach().cpu()
        self._sample_line = {"kind": "sample", "labels": [int(k) for k in _label_indices(labels.cpu().numpy())],
                             "paths": paths, "input": _input_record(images.float().cpu().numpy(), False)}

    def _taken(self, validation):
        """Images, labels and paths of the sample."""
        torch = self._torch
        if isinstance(validation, (tuple, list)) and len(validation) == 2 and hasattr(validation[0], "shape"):
            picked = _even(len(validation[0]), self._wanted)
            return torch.as_tensor(validation[0])[picked], torch.as_tensor(validation[1])[picked], None
        data = validation.dataset if hasattr(validation, "collate_fn") else validation
        if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
            picked = _even(len(data), self._wanted)
            collate = getattr(validation, "collate_fn", None) or torch.utils.data.default_collate
            images, labels = collate([data[i] for i in picked])[:2]
            return images, labels, self._paths(data, picked)
        images, labels = [], []
        for batch in validation:
            images.append(batch[0])
            labels.append(batch[1])
            if sum(map(len, images)) >= self._wanted:
                break
        return torch.cat(images), torch.cat(labels), None

    @staticmethod
    def _paths(data, picked):
        """Paths of the images of an ImageFolder, or of a Subset of one."""
        while hasattr(data, "dataset") and hasattr(data, "indices"):
            picked, data = [int(data.indices[i]) for i in picked], data.dataset
        samples = getattr(data, "samples", None)
        try:
            return None if samples is None else [str(samples[i][0]) for i in picked]
        except Exception:
            return None

    def _write_epoch(self, more):
        record = self._record
        record.guarded("introduction", self._introduce)
        record.epochs += 1
        losses = self._losses
        line = {"kind": "epoch", "epoch": record.epochs, "steps": record.steps, "at": time.time(),
                "loss": None if losses is None else _number(losses[0] / losses[1]),
                "accuracy": None if not self._seen or self._hits is None else _number(self._hits / self._seen),
                "learningRate": None if self._optimizer is None else _number(self._optimizer.param_groups[0]["lr"]),
                "gradientNorm": None if self._norms is None else _number(self._norms)}
        line.update(more)
        if self._sample is not None and record.affordable():
            line.update(record.timed(self._predict_sample))
            self._pending = {}
        else:
            self._pending = dict(line)
        record.write(line)

    def _predict_sample(self):
        torch, model = self._torch, self._model
        modes = [(module, module.training) for module in model.modules()]
        layers, handles = [], []

        def measure(name, kind):
            def hook(module, args, output):
                if torch.is_tensor(output) and output.is_floating_point() and output.ndim >= 2:
                    layers.append((name, kind) + self._moments(output.detach()))
            return hook

        leaves = [(name, module) for name, module in model.named_modules()
                  if not list(module.children()) and type(module).__name__ not in
                  ("Dropout", "Dropout2d", "Identity", "Flatten", "Softmax", "LogSoftmax", "Sigmoid")]
        for at in _even(len(leaves), MOST_LAYERS):
            name, module = leaves[at]
            handles.append(module.register_forward_hook(measure(name or type(module).__name__, type(module).__name__)))
        weight = next(model.parameters(), None)
        device = None if weight is None else weight.device
        outputs = []
        try:
            model.eval()
            with torch.no_grad():
                for start in range(0, len(self._sample), BATCH):
                    answer = _first(model(self._sample[start:start + BATCH].to(device)))
                    outputs.append(answer.detach().float())
                    for handle in handles:
                        handle.remove()
                    handles = []
        finally:
            for handle in handles:
                handle.remove()
            for module, mode in modes:
                module.training = mode
        predicted, bad = _predicted(torch.cat(outputs).cpu().numpy())
        found = [[float(value) for value in row[2:]] for row in layers]
        return {"predicted": [int(k) for k in predicted], "notFinite": bad,
                "layers": [_layer_record(row[0], row[1], values[0], values[1], None if values[2] < 0 else values[2])
                           for row, values in zip(layers, found)]}

    def _moments(self, output):
        """Variance over images, mean square, and the share of units that are 0 for every image (-1: not a ReLU)."""
        torch = self._torch
        flat = output.float()
        # Variance and square need only some of the units; a unit that is always 0 is found only among all of them.
        some = flat
        for axis in range(2, flat.ndim):
            some = some[(slice(None),) * axis + (slice(None, None, max(1, flat.shape[axis] // LAYER_SIDE)),)]
        variance = some.var(dim=0, unbiased=False).mean() if len(flat) > 1 else flat.new_tensor(float("nan"))
        square = some.square().mean()
        axes = [axis for axis in range(flat.ndim) if axis != 1]
        low, high = flat.amin(dim=axes), flat.amax(dim=axes)
        dead = ((low == 0) & (high == 0)).float().mean()
        rectifier = (low >= 0).all() & (low == 0).any()
        return variance, square, torch.where(rectifier, dead, torch.full_like(dead, -1.0))

    def close(self):
        """Writes the end of the run. Python calls it when it exits. Later epochs are recorded too."""
        record = self._record
        if record.epochs == self._ended:
            return
        self._ended = record.epochs
        if self._pending and self._sample is not None:
            line, self._pending = self._pending, {}
            found = record.guarded("sample", self._predict_sample)
            if found:
                line.update(found)
                record.write(line)
        record.end("interrupted" if getattr(sys, "last_value", None) is not None else "finished")


# --------------------------------------------------------------------------------------------------------------------
# Keras

try:
    import keras as _keras
except Exception:
    try:
        from tensorflow import keras as _keras
    except Exception:
        _keras = None


class KerasWatch(_keras.callbacks.Callback if _keras is not None else object):
    """Records a Keras training.

    folder: where the file of the run is written; created if it does not exist.
    validation, training: data sets as `fit` takes them, or pairs of arrays (images, labels). Without `validation`
        there is no sample, and no verdict.
    classes: names of the classes, in the order of their numbers (default: `class_names` of the data sets).
    sample: number of validation images that are predicted after an epoch.
    """

    def __init__(self, folder, validation=None, training=None, classes=None, sample=SAMPLE):
        super().__init__()
        if classes is None:
            classes = getattr(validation, "class_names", None) or getattr(training, "class_names", None)
        self._wanted = sample
        self._validation = validation
        self._training = training
        self._x = self._y = self._probe = None
        self._names = []
        self._ready = False
        self._pending = None
        # Updates of the optimizer before the recording; None if it does not count them.
        self._before = None
        self._record = _Recorder(folder, "keras", getattr(_keras, "__version__", ""), classes)

    # Everything runs through `guarded`, so that no error reaches `fit`. There is no method for a batch: Keras then
    # waits for each batch.
    def on_train_begin(self, logs=None):
        self._record.guarded("sample", self._prepare)
        self._before = None
        self._record.guarded("steps", self._start_count)

    def on_epoch_end(self, epoch, logs=None):
        self._record.guarded("epoch", self._write_epoch, dict(logs or {}))

    def on_train_end(self, logs=None):
        self._record.guarded("end", self._finish)

    def _start_count(self):
        # A second `fit` may go on with the optimizer, or have a new one that counts from 0.
        self._before = int(self.model.optimizer.iterations.numpy()) - self._record.steps

    def _count_steps(self):
        if self._before is None:
            self._record.steps += int((self.params or {}).get("steps") or 0)
        else:
            self._record.steps = int(self.model.optimizer.iterations.numpy()) - self._before

    def _finish(self):
        if self._pending is not None and self._x is not None:
            line, self._pending = self._pending, None
            line.update(self._predict_sample())
            self._record.write(line)
        self._record.end("finished")

    def _prepare(self):
        if self._ready:
            return
        self._ready = True
        record = self._record
        kinds = [type(layer).__name__ for layer in getattr(self.model, "layers", [])[:4]]
        if record.header is not None:
            record.header["scales"] = any(kind in ("Rescaling", "Normalization", "BatchNormalization", "Lambda",
                                                   "TFOpLambda", "Functional", "Subtract", "TrueDivide", "Divide")
                                          for kind in kinds)
        with _random_kept():
            self._read()

    def _read(self):
        """Reads the sample and the first batches."""
        record = self._record
        if self._validation is not None:
            x, y = self._take(self._validation, self._wanted)
            self._x, self._y = x, y
            record.write({"kind": "sample", "labels": [int(k) for k in _label_indices(y)], "paths": None,
                          "input": _input_record(x, _keras.backend.image_data_format() == "channels_last")})
        if self._training is not None:
            record.guarded("batches", self._look)

    @staticmethod
    def _batches(data, most):
        """The first batches of images and labels as arrays, at most `most` of them; a pair of arrays is one batch."""
        import numpy as np
        if isinstance(data, (tuple, list)) and len(data) >= 2:
            x, y = np.asarray(data[0]), np.asarray(data[1])
            yield x, y
            return
        if hasattr(data, "take"):
            data = data.take(most)
        source = (data[i] for i in range(min(len(data), most))) if hasattr(data, "__getitem__") else _again(data)
        for count, batch in enumerate(source):
            if count >= most:
                return
            yield np.asarray(batch[0]), np.asarray(batch[1])

    def _take(self, data, wanted):
        """A sample of fixed images, with their labels: spread evenly over arrays, or a share of each batch."""
        import numpy as np
        if isinstance(data, (tuple, list)) and len(data) >= 2:
            picked = _even(len(data[0]), wanted)
            return np.asarray(data[0])[picked], np.asarray(data[1])[picked]
        xs, ys, seen = [], [], 0
        # If the data set is in the order of its classes, its first batches have only the first class. So a part of
        # each batch is taken, as long as reading takes no more than a few seconds.
        start = time.perf_counter()
        total = None
        try:
            total = len(data)
        except Exception:
            pass
        share = max(1, math.ceil(wanted / max(1, total))) if total and total > 0 else wanted
        source = (data[i] for i in range(len(data))) if hasattr(data, "__getitem__") else _again(data)
        for batch in source:
            x, y = np.asarray(batch[0]), np.asarray(batch[1])
            picked = _even(len(x), share)
            xs.append(x[picked])
            ys.append(y[picked])
            seen += len(picked)
            if seen >= wanted or time.perf_counter() - start > 5:
                break
        return np.concatenate(xs), np.concatenate(ys)

    def _look(self):
        if isinstance(self._training, (tuple, list)):
            import numpy as np
            picked = _even(len(self._training[0]), LAYER_IMAGES)
            # `fit` shuffles arrays, so their order says nothing.
            first, batches = np.asarray(self._training[0])[picked], []
        else:
            first, batches = None, []
            for x, y in self._batches(self._training, BATCHES):
                first = x[:LAYER_IMAGES] if first is None else first
                batches.append(_class_counts(_label_indices(y)))
        channels_last = _keras.backend.image_data_format() == "channels_last"
        self._record.write({"kind": "training", "input": _input_record(first, channels_last), "batches": batches})

    def _write_epoch(self, logs):
        record = self._record
        record.epochs += 1
        record.guarded("steps", self._count_steps)
        accuracy = next((name for name in logs if "acc" in name and not name.startswith("val_")), None)
        line = {"kind": "epoch", "epoch": record.epochs, "steps": record.steps, "at": time.time(),
                "loss": _number(logs.get("loss")), "accuracy": _number(logs.get(accuracy)) if accuracy else None,
                "validationLoss": _number(logs.get("val_loss")),
                "validationAccuracy": _number(logs.get("val_" + accuracy)) if accuracy else None,
                "learningRate": record.guarded("learning rate", self._rate)}
        if self._x is not None and record.affordable():
            line.update(record.timed(self._predict_sample))
            self._pending = None
        else:
            self._pending = dict(line)
        record.write(line)

    def _rate(self):
        rate = self.model.optimizer.learning_rate
        if callable(rate) and not hasattr(rate, "numpy"):
            rate = rate(self.model.optimizer.iterations)
        return _number(rate.numpy() if hasattr(rate, "numpy") else rate)

    def _predict_sample(self):
        import numpy as np
        if self._probe is None:
            self._probe = self._record.guarded("layers", self._make_probe) or False
        outputs, line = [], {}
        for start in range(0, len(self._x), BATCH):
            part = self._x[start:start + BATCH]
            if start == 0 and self._probe:
                answer, norm, rows = self._probe(part, self._y[start:start + BATCH])
                line["gradientNorm"] = None if norm is None else _number(np.asarray(norm))
                values = np.asarray(rows)
                line["layers"] = [_layer_record(name, kind, row[0], row[1], None if row[2] < 0 else row[2])
                                  for (name, kind), row in zip(self._names, values)]
                outputs.append(np.asarray(answer))
            else:
                outputs.append(np.asarray(_first(self._forward(part))))
        predicted, bad = _predicted(np.concatenate(outputs))
        line.update({"predicted": [int(k) for k in predicted], "notFinite": bad})
        return line

    def _forward(self, part):
        return self.model.predict_on_batch(part)

    def _make_probe(self):
        """One compiled function for outputs, layers and gradients of the first images of the sample."""
        import tensorflow as tf
        model = self.model
        skipped = ("InputLayer", "Dropout", "SpatialDropout2D", "Flatten", "Softmax", "Rescaling", "Normalization",
                   "Reshape")
        layers = [layer for layer in model.layers if type(layer).__name__ not in skipped
                  and not isinstance(getattr(layer, "output", None), (list, tuple, dict))]
        layers = [layers[at] for at in _even(len(layers), MOST_LAYERS)]
        try:
            inner = _keras.Model(model.inputs, [layer.output for layer in layers] + [model.outputs[0]])
        except Exception as error:
            self._record.fault("layers", error)
            layers, inner = [], None
        self._names = [(layer.name, type(layer).__name__) for layer in layers]
        last = model.layers[-1]

        def moments(output, is_last):
            output = tf.cast(output, tf.float32)
            # As in `TorchWatch._moments`.
            steps = [1 if side is None else max(1, side // LAYER_SIDE) for side in output.shape[1:-1]]
            some = output[(slice(None),) + tuple(slice(None, None, step) for step in steps)]
            variance = tf.reduce_mean(tf.math.reduce_variance(some, axis=0))
            square = tf.reduce_mean(tf.square(some))
            axes = list(range(len(output.shape) - 1))
            low, high = tf.reduce_min(output, axis=axes), tf.reduce_max(output, axis=axes)
            dead = tf.reduce_mean(tf.cast((low == 0) & (high == 0), tf.float32))
            rectifier = tf.reduce_all(low >= 0) & tf.reduce_any(low == 0)
            return tf.stack([variance, square, tf.where(rectifier & (not is_last), dead, -1.0)])

        @tf.function(reduce_retracing=True)
        def probe(x, y):
            # Not in training mode: the statistics of batch norm must stay as they are.
            found = inner(x, training=False) if inner is not None else [model(x, training=False)]
            few = x[:GRADIENT_IMAGES]
            with tf.GradientTape() as tape:
                answer = model(few, training=False)
                loss = model.compute_loss(x=few, y=y[:GRADIENT_IMAGES], y_pred=answer)
            gradients = [g for g in tape.gradient(loss, model.trainable_variables) if g is not None]
            rows = [moments(output, layer is last) for layer, output in zip(layers, found)]
            return found[-1], tf.linalg.global_norm(gradients), tf.stack(rows) if rows else tf.zeros((0, 3))

        def run(x, y):
            return probe(tf.convert_to_tensor(x), tf.convert_to_tensor(y))

        return run
