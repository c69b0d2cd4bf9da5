import Foundation
import GRDB

extension Database {
    /// Makes the functions known that filters and orders call (contract sections 17.7 and 17.8).
    func addTextFunctions() {
        add(
            function: DatabaseFunction("foldedText", argumentCount: 1, pure: true) { values in
                String.fromDatabaseValue(values[0]).map(FoldedText.fold)
            }
        )
        add(
            function: DatabaseFunction("dictionaryKey", argumentCount: 1, pure: true) { values in
                String.fromDatabaseValue(values[0]).map { Data(DictionaryOrder.key($0)) }
            }
        )
    }
}
