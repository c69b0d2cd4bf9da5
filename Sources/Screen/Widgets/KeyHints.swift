/// What a key does here and now, in a word or two.
public struct KeyHint: Hashable, Sendable {
    /// The key or keys as they are shown.
    public var keys: String
    /// What they do.
    public var label: String
    /// How much it is needed where there is little room; 0 is needed most.
    public var rank: Int

    /// Makes a hint.
    public init(_ keys: String, _ label: String, _ rank: Int) {
        (self.keys, self.label, self.rank) = (keys, label, rank)
    }
}

extension Frame {
    /// Draws hints in a line; what does not fit is left out, what is needed least first.
    public mutating func keyHints(_ hints: [KeyHint], in rect: Rect) {
        var shown = hints.map { (keys: CellText($0.keys), label: CellText($0.label), rank: $0.rank) }
        func width() -> Int { shown.reduce(-2) { $0 + $1.keys.width + $1.label.width + 3 } }
        while width() > rect.width - 2, let least = shown.indices.max(by: { shown[$0].rank < shown[$1].rank }) {
            shown.remove(at: least)
        }
        var x = rect.minX + 1
        for (keys, label, _) in shown {
            write(keys, at: Point(x: x, y: rect.minY), width: keys.width, style: Style(.key))
            write(label, at: Point(x: x + keys.width + 1, y: rect.minY), width: label.width, style: Style(.dim))
            x += keys.width + label.width + 3
        }
    }
}
