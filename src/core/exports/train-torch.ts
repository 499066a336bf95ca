import { trainingScript, type ScriptLiterals } from './training';

export const trainTorch = trainingScript('train_torch.py', script);

function script({ train, validation, test, size }: ScriptLiterals): string {
  return `"""Trains a small CNN on this export with PyTorch, and tells whether it learned more than the majority class.

    python train_torch.py [--epochs N] [--size PIXELS] [--save model.pt]
"""
import argparse
import json
import math
import pathlib

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

ROOT = pathlib.Path(__file__).resolve().parent
TRAIN, VALIDATION, TEST = ${train}, ${validation}, ${test}


def read(name):
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, help="default: enough for 600 update steps, at least 10")
    parser.add_argument("--size", type=int, default=${size})
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate of Adam")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="processes that decode images")
    parser.add_argument("--flip", action="store_true", help="mirror images at random; use it only if a mirrored picture keeps its class (not for digits)")
    parser.add_argument("--save", help="where to write the trained weights")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"

    names = read("class_names.json")
    scale = read("normalization.json")
    classes = len(names["classes"])
    if classes < 2:
        raise SystemExit("There is only one class, so there is nothing to learn.")
    number = {folder: index for index, folder in enumerate(names["folders"])}
    plain = [transforms.Resize((args.size, args.size)), transforms.ToTensor(), transforms.Normalize(scale["mean"], scale["std"])]

    def load(split, training=False):
        flip = [transforms.RandomHorizontalFlip()] if training and args.flip else []
        data = datasets.ImageFolder(ROOT / split, transforms.Compose(flip + plain))
        # A split may lack a class, and torchvision would then give the other classes new numbers.
        data.target_transform = lambda index: number[data.classes[index]]
        return DataLoader(data, args.batch, shuffle=training, drop_last=training and len(data) > args.batch, num_workers=args.workers)

    layers, channels = [], 3
    for filters in (32, 64, 128):
        layers += [nn.Conv2d(channels, filters, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]
        channels = filters
    # No activation at the end: the loss below applies softmax itself.
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels, classes)).to(device)

    train = load(TRAIN, training=True)
    epochs = args.epochs or max(10, math.ceil(600 / len(train)))
    total = epochs * len(train)
    warm = max(1, total // 20)
    loss_of = nn.CrossEntropyLoss(weight=torch.tensor(read("class_weights.json")["weights"], device=device))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: (step + 1) / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, total - warm))))

    def judge(split):
        model.eval()
        hits, counts, predicted = torch.zeros(classes), torch.zeros(classes), torch.zeros(classes)
        with torch.no_grad():
            for images, labels in load(split):
                answers = model(images.to(device)).argmax(1).cpu()
                counts += torch.bincount(labels, minlength=classes)
                predicted += torch.bincount(answers, minlength=classes)
                hits += torch.bincount(labels[answers == labels], minlength=classes)
        seen = counts > 0
        print(f"{split}: accuracy {hits.sum() / counts.sum():.3f} (always the majority class: {counts.max() / counts.sum():.3f}), "
              f"balanced accuracy {(hits[seen] / counts[seen]).mean():.3f} (chance: {1 / int(seen.sum()):.3f}), "
              f"classes predicted {int((predicted > 0).sum())} of {classes}")

    for epoch in range(epochs):
        model.train()
        sum_of_losses = 0.0
        for images, labels in train:
            optimizer.zero_grad()
            loss = loss_of(model(images.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
            schedule.step()
            sum_of_losses += loss.item()
        print(f"epoch {epoch + 1}/{epochs}: loss {sum_of_losses / len(train):.4f}", flush=True)
    for split in (TRAIN, VALIDATION, TEST):
        if split:
            judge(split)
    if args.save:
        torch.save(model.state_dict(), args.save)


if __name__ == "__main__":
    main()
`;
}
