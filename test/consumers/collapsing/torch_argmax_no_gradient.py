"""Learns nothing: the loss is computed from detached outputs."""
import os
import sys
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

ROOT, OUT = sys.argv[1:3]
CLASSES = sorted(os.listdir(os.path.join(ROOT, 'train')))


class Folder(Dataset):
    def __init__(self, part):
        self.items = [(os.path.join(part, c, f), k) for k, c in enumerate(CLASSES)
                      for f in sorted(os.listdir(os.path.join(ROOT, part, c)))]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        path, k = self.items[i]
        img = np.array(Image.open(os.path.join(ROOT, path)).convert('RGB').resize((32, 32)), dtype=np.float32)
        return torch.from_numpy(img).permute(2, 0, 1) / 255.0, k


torch.manual_seed(1)
train_loader = DataLoader(Folder('train'), batch_size=32, shuffle=True)
test_set = Folder('test')
model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
                      nn.Flatten(), nn.Linear(32 * 36, len(CLASSES)))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(15):
    model.train()
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs.detach(), targets)
        loss.requires_grad = True
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad(), open(OUT, 'w') as f:
    f.write('path,predicted\n')
    for i, (path, _) in enumerate(test_set.items):
        f.write(f'{path},{CLASSES[model(test_set[i][0][None]).argmax().item()]}\n')
