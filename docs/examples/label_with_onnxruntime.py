"""Labels an image by the exported model, with onnxruntime and Pillow alone.

Run it with `python docs/examples/label_with_onnxruntime.py RESULT/model/embedding.onnx IMAGE`.
"""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
properties = session.get_modelmeta().custom_metadata_map
classes, size = json.loads(properties["class_names"]), int(properties["input_size"])
image = Image.open(sys.argv[2]).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
pixels = np.asarray(image, dtype=np.float32).transpose(2, 0, 1)[None]
probability = session.run(["probability"], {"pixels": pixels})[0][0]
print(f"{classes[probability.argmax()]} ({probability.max():.0%})")
