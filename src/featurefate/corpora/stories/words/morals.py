# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""What is learned ("moral"), and what one does from then on ("lesson"), by what the story was about."""

MORALS = """
== moral share
it is good to share*5, sharing is caring*2, sharing is more fun than keeping everything*2, sharing makes everyone happy*3,
it is better to share than to fight*3, toys are more fun with friends*2, sharing with others can make new friends
== lesson share
share*3, share {h.p} toys*4, share with {h.p} friends*4, take turns
== moral help
it is good to help others*6, helping others makes you feel good*4, kindness always comes back*2, a little help can make a big difference*2,
being kind is important*4, it is nice to help when someone is sad*2, it is important to help those in need*1
== lesson help
help others*4, help {h.p} friends*4, look for others in need*2, be kind*2
== moral helped
even small friends can help*2, friends help each other*6, it is okay to ask for help*5, a little help can make a big difference*3, it is good to have help*2
== lesson helped
ask for help*3, say thank you*4, help others too*3
== moral careful
it is important to be careful*6, it is important to listen*4, being safe is very important*3, rules keep us safe*3,
it is good to listen to those who love you*4, it is better to be safe than sorry*3, not everything that looks fun is safe*2
== lesson careful
be careful*5, listen*4, listen to {E.n}*4, stay safe*2
== moral honest
it is good to tell the truth*6, telling the truth is always best*4, it is important to be honest*5, it is okay to make mistakes*3,
saying sorry makes things better*3, it is brave to tell the truth*2, things can be fixed but trust is special*1
== lesson honest
tell the truth*6, be honest*3, be careful in the house*2
== moral brave
it is okay to be scared*4, being brave means trying*3, things are not always scary*4, you are stronger than you think*2,
being brave feels good*2, friends make you brave*2, you should face your fears*1
== lesson brave
be brave*5, try to be brave*3, look twice before running away*1
== moral try
you should never give up*5, it is important to keep trying*4, practice makes you better*4, hard work is worth it*3, everyone can learn new things*2, trying your best is important*4,
you can do anything if you try*3, it is okay to fail sometimes*2
== lesson try
keep trying*4, try again*3, practice*2, try hard*3
== moral grow
being patient is important*4, good things take time*5, hard work is worth it*3, it is good to wait*2
== lesson grow
be patient*4, water the garden*3, take care of the plants*3
== moral make
working together makes work fun*4, two can do more than one*2, it is fun to make things*3, making things is fun with a friend*3, helping each other is important*3
== lesson make
work together*3, make new things*3, help each other*2
== moral friends
friends are important*4, true friends are always there*3, a good friend is the best treasure*3, friends make everything better*3, playing together is better than playing alone*4
== lesson friends
play with {h.p} friends*4, be a good friend*4, help {h.p} friends*2
== moral new friend
it is fun to make new friends*4, you can find friends everywhere*3, playing together is better than playing alone*4, a good friend is the best treasure*3
== lesson new friend
say hello to everyone*3, be a good friend*4, make new friends*3
== moral kind
being different is okay*4, it is nice to be nice*2, everyone is special*3, it is important to be kind to everyone*4, words can hurt*2
== lesson kind
be kind*5, be nice to everyone*4, use kind words*2
== moral fair
winning is not everything*4, having fun is more important than winning*4, it is good to play fair*4, being a good friend is better than a prize*3,
it is important to try your best*2, it is nice to cheer for others*1
== lesson fair
play fair*4, cheer for others*3, be a good friend*2
== moral content
you should be happy with what you have*4, wishes are not always good*3, the best things are not wishes*2, love is better than magic*2, too much of a good thing is bad*2
== lesson content
be happy with what {h} _have*4, think before making a wish*3
== moral wish
wishes can come true*4, magic is everywhere*2, the world is full of surprises*3, good things are more fun with friends*2
== lesson wish
believe in magic*3, look for magic*2, dream of new things*2
== moral wait
it is good to wait*3, good things take time*3, it is good to save money*3, being patient is important*4, hard work is worth it*4, things are better when you work for them*2
== lesson wait
be patient*4, wait and work hard*2, take care of {h.p} things*3
== moral lost
it is good to take care of your things*4, it is okay to be sad sometimes*3, there is always something new to love*2, love is better than toys*2
== lesson lost
take care of {h.p} things*5, look after {h.p} toys*3
== moral return
it is good to give back what you find*4, being honest is important*4, doing the right thing feels good*3, good things happen when you are honest*2
== lesson return
be honest*3, give back lost things*3, do the right thing*3
== moral clean
it is good to keep things clean*4, it is important to clean up*4, working together makes work fun*5, cleaning can be fun*3, work is easier with help*3, a clean room is a happy room
== lesson clean
clean up*4, put the toys away*4, keep the room clean*3
== moral learn
old things can be fun too*2, new things can be wonderful*3, learning is fun*4, it is good to ask questions*4, the world is full of surprises*3
== lesson learn
ask questions*4, look for new things*3, learn new things*3
== moral pretend
the best adventures are in your mind*2, it is fun to use your imagination*5, playing together is fun*3, games are more fun with friends*3
== lesson pretend
make up new games*4, play with {h.p} friends*3, dream of adventures*2
== moral box
it is good to share surprises*2, two can do more than one*3, friends help each other*4, the world is full of surprises*4
== lesson box
share with {h.p} friends*3, look for new surprises*3
== moral food
trying new things can be fun*5, new food can be yummy*4, you should taste food before you say no*3, not everything new is bad*2
== lesson food
try new food*5, take one bite first*3
== moral bad food
it is okay not to like everything*4, it is good to try new things*3, it is brave to try*2
== lesson bad food
try new food*3, take a small bite first*3
== moral trip
the world is full of surprises*4, it is fun to see new places*4, a day with family is the best day*3, new things can be wonderful*3
== lesson trip
look for new places*3, ask for new trips*3, say thank you*3
"""
