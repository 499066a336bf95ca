"""Learns nothing: a learning rate of 1e-8 in a module of Lightning."""
import sys
import lightning as L
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

ROOT, OUT = sys.argv[1:3]


class LitClassifier(L.LightningModule):
    def __init__(self, num_classes, lr=1e-8):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(
            nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 36, num_classes))

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log('train_loss', loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


L.seed_everything(1)
tf = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
train_set = datasets.ImageFolder(ROOT + '/train', tf)
test_set = datasets.ImageFolder(ROOT + '/test', tf)
model = LitClassifier(len(train_set.classes))
trainer = L.Trainer(max_epochs=15, accelerator='cpu', logger=False, enable_checkpointing=False,
                    enable_progress_bar=False, enable_model_summary=False)
trainer.fit(model, DataLoader(train_set, batch_size=32, shuffle=True))
model.eval()
with torch.no_grad(), open(OUT, 'w') as f:
    f.write('path,predicted\n')
    for (path, _), (x, _) in zip(test_set.samples, test_set):
        f.write(f"{path[len(ROOT):].lstrip('/')},{test_set.classes[model(x[None]).argmax().item()]}\n")
