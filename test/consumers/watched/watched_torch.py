"""Trains a small net, recorded by plumbline_watch.py. Started by test/consumers/watch.ts: FOLDER WATCHED RATE EPOCHS."""
import copy
import sys
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms
from plumbline_watch import TorchWatch

FOLDER, WATCHED, RATE, EPOCHS = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
torch.manual_seed(1)
data = datasets.ImageFolder(FOLDER, transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()]))
order = torch.randperm(len(data)).tolist()
train, val = Subset(data, order[len(order) // 5:]), Subset(data, order[:len(order) // 5])
loader = DataLoader(train, batch_size=32, shuffle=True)
net = nn.Sequential(
    nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten(),
    nn.Linear(32 * 13 * 13, len(data.classes)),
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
watch = TorchWatch(WATCHED, net, optimizer, validation=DataLoader(val, 32), criterion=criterion, classes=data.classes)
for epoch in range(EPOCHS):
    for images, labels in watch.epoch(loader):
        optimizer.zero_grad()
        loss = criterion(net(images), labels)
        loss.backward()
        optimizer.step()
    # Scripts keep the best net so, which must not meet the hooks of the recorder.
    best = copy.deepcopy(net)
