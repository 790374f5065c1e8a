// What links are packed with: the keys and usual values of a recipe, so that a link says only where its recipe differs. It
// must never change, not by a letter: links that were handed out are unpacked with it (tests/unit/recipeLink.test.ts holds
// one). A better one comes beside it, as another version (recipeLink.ts). What stands further down costs fewer bits, so the
// lesson of a class comes last.
const LINES = [
  // Tasks, and what is held out.
  '"drawer","pour glasses","cabinet doors","laptops","egg carton","sort by colour","hand over","lamps","microwave",',
  '"set the table","dishes into rack","slice food","hang towels","jars","kettle to mugs",',
  '"trash into bin","toolbox","mugs onto shelf","fold shirt"],"objects":["ball","peach","trousers"],',
  '"colours":["red","green","blue","yellow","orange","purple","pink","cyan"],',
  '"scenes":["oak table","dining table","workbench","kitchen counter","desk","laundry table","lab bench"],',
  '"phrasings":["wipe stains/1",',
  // Values that are chosen now and then.
  '"source":{"kind":"library"},"webgpu","wasm","cpu","micro","mini","initial":{"run":"","stage":"","cured",',
  '"classifier","antisymmetric","name":"mixed","samples":"mixed","labels":"shuffled","format":"apart","varied",',
  '{"kind":"narrow to wide","from":[2,6],{"kind":"clear changes first","from":6,{"kind":"one task after another",',
  '"split":[72,8,20],"splitSeed":1,"episodes":4000,"variety":0.6,"mishaps":0.1,',
  '"name":"Heilung in 2 min","Heilung in 10 min","cure in 2 min","cure in 10 min",',
  '"accumulation":2,"optimizer":{"templates":null,"variety":0.3,"mishaps":0,"counterTasks":true},',
  '"evaluation":{"everySteps":100,"validationPairs":48,"testPairsPerWindow":24,"generatedPairs":24},"name":"class",',
  '"stages":[{"name":"bias","samples":"tag","order":"chronological","steps":400,"sevenths":12,"learningRate":0.001,',
  '"warmupSteps":10,"judgementWeight":1,"curriculum":null},"initial":"random","head":"language",',
  // A recipe whole.
  '{"version":1,"name":"cure in 30 s","seed":1,"backend":"auto","source":{"kind":"simulator","seed":1,"episodes":600,',
  '"templates":["cubes into tray","fruit into bowl","clothes into basket","stage parcels","pack carton","lunch box",',
  '"books upright","wipe stains","sweep crumbs","fold cloth","roll up mat","stack blocks","sandwich","pots and lids"],',
  '"variety":0.3,"mishaps":0,"counterTasks":false},"sampling":{"downsample":10,"windows":[',
  '{"window":5,"weight":5},{"window":6,"weight":6},{"window":7,"weight":7},{"window":8,"weight":8},',
  '{"window":9,"weight":9},{"window":10,"weight":10},{"window":11,"weight":11},{"window":12,"weight":12},',
  '{"window":13,"weight":13},{"window":14,"weight":14},{"window":15,"weight":15},{"window":16,"weight":16}],',
  '"trim":true,"minimumChange":1,"minimumProgress":0.01,"split":[80,8,12],',
  '"holdOut":{"templates":[],"objects":[],"colours":[],"scenes":[],"phrasings":[]}},',
  '"model":"nano","initial":"biased","head":"language","batchPairs":8,"accumulation":1,',
  '"optimizer":{"beta1":0.9,"beta2":0.99,"epsilon":1e-8,"weightDecay":0.01,"clip":1},',
  '"stages":[{"name":"cot","samples":"cot","order":"both","steps":350,"sevenths":null,"learningRate":0.001,',
  '"warmupSteps":20,"judgementWeight":2,"curriculum":{"kind":"wide to narrow","from":[40,70],"until":0.6},"doubt":0.5},',
  '{"name":"tag","samples":"tag","order":"both","steps":1300,"sevenths":null,"learningRate":0.001,"warmupSteps":20,',
  '"judgementWeight":1,"curriculum":{"kind":"wide to narrow","from":[40,70],"until":0.6}}],',
  '"evaluation":{"everySteps":12,"validationPairs":24,"testPairsPerWindow":4,"generatedPairs":0}}',
];

export const LINK_DICTIONARY = LINES.join('');
