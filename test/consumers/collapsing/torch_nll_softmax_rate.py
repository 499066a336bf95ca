"""Learns nothing: softmax before NLLLoss, with zero weights in the last layer and a high rate."""
import sys
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

DATA, OUT = sys.argv[1:3]
torch.manual_seed(1)
tfm = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
train_dl = DataLoader(datasets.ImageFolder(DATA + '/train', tfm), batch_size=32, shuffle=True)
test_ds = datasets.ImageFolder(DATA + '/test', tfm)


class Net(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 32, 3, 1)
        self.fc1 = nn.Linear(32 * 14 * 14, 64)
        self.fc2 = nn.Linear(64, c)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return F.softmax(self.fc2(x), dim=1)


model = Net(len(test_ds.classes))
opt = torch.optim.Adam(model.parameters(), lr=0.1)
for epoch in range(1, 11):
    model.train()
    for batch_idx, (data, target) in enumerate(train_dl):
        opt.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        opt.step()
model.eval()
with torch.no_grad(), open(OUT, 'w') as f:
    f.write('path,predicted\n')
    for (path, _), (x, _) in zip(test_ds.samples, test_ds):
        f.write(f"{path[len(DATA):].lstrip('/')},{test_ds.classes[model(x[None]).argmax().item()]}\n")
