"""Events as TensorBoard's protocol buffers encode them, into the folder of this script; with a folder, prints what
TensorBoard reads in the event files there.

    python events.py            # needs tensorboard
    python events.py FOLDER
"""

import pathlib
import struct
import sys

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

folder = pathlib.Path(__file__).parent


def histogram(values):
    """In 30 bins of one width, as Gannet makes them."""
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    count = 30 if low < high else 1
    width = (high - low) / count
    bins = [0.0] * count
    for value in values:
        bins[min(int((value - low) / width), count - 1) if width > 0 else 0] += 1
    return summary_pb2.HistogramProto(
        min=low, max=high, num=len(values), sum=sum(values), sum_squares=sum(v * v for v in values),
        bucket_limit=[high if i == count else low + i * width for i in range(1, count + 1)], bucket=bins)


def summary(*values):
    return summary_pb2.Summary(value=values)


Value = summary_pb2.Summary.Value
events = [
    event_pb2.Event(wall_time=1.5, file_version="brain.Event:2"),
    event_pb2.Event(wall_time=1.5, step=5, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
    event_pb2.Event(wall_time=2.5, step=5, summary=summary(
        Value(tag="loss", simple_value=0.25), Value(tag="critic/loss", simple_value=-1e9))),
    event_pb2.Event(wall_time=3.5, step=300, summary=summary(Value(tag="samples", image=summary_pb2.Summary.Image(
        height=300, width=7, colorspace=3, encoded_image_string=bytes([1, 2, 255]))))),
    event_pb2.Event(wall_time=4.5, step=301, summary=summary(
        Value(tag="weights", histo=histogram([0.0, 1.0, 1.0, 3.0, 30.0])))),
    event_pb2.Event(wall_time=5.5, step=302, summary=summary(
        Value(tag="none", histo=histogram([])), Value(tag="same", histo=histogram([2.0, 2.0])))),
]
if len(sys.argv) > 1:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0, "histograms": 0})
    accumulator.Reload()
    for tag in accumulator.Tags()["scalars"]:
        scalars = accumulator.Scalars(tag)
        print(tag, len(scalars), "scalars, the last:", scalars[-1])
    print("images", accumulator.Tags()["images"], "histograms", accumulator.Tags()["histograms"])
else:
    with open(folder / "events.tfevents", "wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString())
