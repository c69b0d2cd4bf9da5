import Screen
import Testing

@Suite struct `Key notation` {
    static let codes: [Key.Code] =
        [
            .enter, .escape, .tab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end, .pageUp,
            .pageDown,
        ] + (1...24).map(Key.Code.function)

    static let characters: [Character] =
        (0x20..<0x7F).compactMap { Unicode.Scalar($0).map(Character.init) } + ["é", "e\u{301}", "ß", "東", "👨‍👩‍👧"]

    @Test func `Every key is read back from its notation`() {
        for bits in UInt8(0)..<8 {
            let modifiers = Key.Modifiers(rawValue: bits)
            for code in Self.codes {
                let key = Key(code, modifiers)
                #expect(Key(key.description) == key)
            }
            // Shift with a character is another character.
            guard !modifiers.contains(.shift) else { continue }
            for character in Self.characters {
                let key = Key(.character(character), modifiers)
                #expect(Key(key.description) == key)
            }
        }
    }

    @Test(arguments: [
        ("j", Key(.character("j"))), ("G", Key(.character("G"))), ("-", Key(.character("-"))),
        ("ctrl--", Key(.character("-"), .control)), ("ctrl-d", Key(.character("d"), .control)),
        ("alt-f", Key(.character("f"), .alt)), ("ctrl-alt-x", Key(.character("x"), [.control, .alt])),
        ("shift-tab", Key(.tab, .shift)), ("space", Key(.character(" "))), ("esc", Key(.escape)),
        ("f", Key(.character("f"))),
        ("f1", Key(.function(1))), ("ctrl-pgdn", Key(.pageDown, .control)),
    ])
    func `Key notation is parsed`(notation: String, key: Key) {
        #expect(Key(notation) == key)
        #expect(key.description == notation)
    }

    @Test(arguments: ["", "jj", "ctrl-", "shift-j", "f0", "f25", "f+5", "f05", "Enter", "hyper-j", "ctrl-ctrl-j"])
    func `Any other text isn't a key`(notation: String) {
        #expect(Key(notation) == nil)
    }

    @Test(arguments: [
        ("j", "j"), ("ctrl-d", "^D"), ("ctrl-space", "^space"), ("shift-tab", "⇧tab"), ("down", "↓"), ("up", "↑"),
        ("left", "←"),
        ("right", "→"), ("pgup", "PgUp"), ("pgdn", "PgDn"), ("home", "Home"), ("end", "End"), ("enter", "enter"),
        ("esc", "esc"), ("alt-f", "alt-f"), ("ctrl-alt-x", "alt-^X"), ("f5", "f5"), ("space", "space"),
        ("ctrl-left", "^←"),
    ])
    func `Key labels are short`(notation: String, label: String) {
        #expect(Key(notation)?.label == label)
    }

    @Test func `Different keys have different labels`() {
        let keys = (UInt8(0)..<8).flatMap { bits in Self.codes.map { Key($0, Key.Modifiers(rawValue: bits)) } }
        #expect(Set(keys.map(\.label)).count == keys.count)
    }
}
