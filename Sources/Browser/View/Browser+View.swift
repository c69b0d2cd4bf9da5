public import ITwinsAPI
public import Screen

extension Browser {
    /// Draws the screen as it is at a moment; nothing changes by drawing.
    public func view(at now: Timestamp) -> Frame {
        var canvas = Canvas(self, at: now)
        canvas.draw()
        return canvas.frame
    }
}

extension Canvas {
    fileprivate mutating func draw() {
        guard layout.mode != .tooSmall else {
            let (needed, size) = (ScreenLayout.smallest, frame.size)
            let text: CellText =
                "Twinscope needs \(needed.width)×\(needed.height), not \(size.width)×\(size.height)"
            return frame.write(text, in: frame.bounds)
        }
        drawHeader()
        drawListOfPlaces()
        drawPlace()
        drawMessage()
        let label = Array(frame.row(0).prefix(labelEnd))
        let layers = browser.layers
        layers.draw(on: &self)
        // What hides the header must not hide where one is: an error in the wrong place is the worst one.
        drawFooter(showsLabel: label != Array(frame.row(0).prefix(labelEnd)))
    }
}
